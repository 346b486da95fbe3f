/** The counter's head: the shop, the state of the terminal, the language and the time. */
import { html } from "../html.js";
import { speak } from "../panel.js";
import { language, named, text } from "../phrases.js";
import { Clock, StatusPill } from "../parts/status.js";

const REMEMBERED = "stillpoint counter language";

/** The language chosen at this counter before; the page's own at first. */
export function rememberedLanguage() {
  return localStorage.getItem(REMEMBERED) ?? document.documentElement.lang;
}

/** @param {{status: import("../types.js").Status|null}} props */
export function Header({ status }) {
  return html`<header class="bar">
    <span class="store">${status ? named(status.store.name) || status.store.id : ""}</span>
    <${StatusPill} status=${status} />
    <${OtherLanguage} />
    <${Clock} />
  </header>`;
}

function OtherLanguage() {
  const [tag, name] = language.value === "en" ? ["zh-CN", "中文"] : ["en", "English"];
  const choose = () => {
    localStorage.setItem(REMEMBERED, tag);
    speak(tag);
  };
  return html`<button class="other-language" lang=${tag} aria-label=${`${text("ui_language")}: ${name}`} onClick=${choose}>${name}</button>`;
}
