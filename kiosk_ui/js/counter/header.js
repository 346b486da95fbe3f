/** The counter's head: the shop, the state of the terminal, the language and the time. */
import { html } from "../html.js";
import { speak } from "../panel.js";
import { language, named, OWN_NAMES, text } from "../phrases.js";
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
    <${OtherLanguages} />
    <${Clock} />
  </header>`;
}

function OtherLanguages() {
  const others = Object.entries(OWN_NAMES).filter(([tag]) => tag !== language.value);
  return html`<div class="languages" role="group" aria-label=${text("ui_language")}>
    ${others.map(([tag, name]) => html`<button key=${tag} lang=${tag} onClick=${() => choose(tag)}>${name}</button>`)}
  </div>`;
}

/** @param {string} tag */
function choose(tag) {
  localStorage.setItem(REMEMBERED, tag);
  speak(tag);
}
