/** The bench: a terminal's world on one page, with cards to tap, goods to scan and two switches. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { act, answering, follow, state, trouble } from "./api.js";
import { html } from "./html.js";
import { text } from "/ui/js/phrases.js";
import { Cards, Keypad, Products } from "./inputs.js";
import { Screens } from "./screens.js";
import { nextLanguage, speak, word } from "./words.js";

function Bench() {
  const now = state.value;
  if (!now) return html`<p class="absent">${answering.value ? "…" : word("absent")}</p>`;
  return html`
    <header>
      <h1>Stillpoint <span>${word("title")}</span></h1>
      <${Switch} what="line" on=${now.line} words=${[word("on"), word("off")]} />
      <${Switch} what="power" on=${now.power} words=${[word("powerOn"), word("powerOff")]} />
      <${Parts} parts=${now.parts} />
      <nav>${Object.entries(now.links).map(([name, address]) => html`<a href=${address} target="_blank">${word(/** @type {any} */ (name))}</a>`)}</nav>
      <${NextLanguage} />
    </header>
    ${answering.value && !trouble.value ? null : html`<p class="trouble" role="status">${trouble.value || word("absent")}</p>`}
    <main>
      <${Screens} links=${now.links} />
      <${Cards} />
      <${Products} />
      <section class="side"><${Keypad} /><${Paper} name=${now.paper} /><${Log} lines=${now.log} /></section>
    </main>
  `;
}

function NextLanguage() {
  const { tag, name } = nextLanguage();
  return html`<button class="plain" lang=${tag} onClick=${() => speak(tag)}>${name}</button>`;
}

/** @param {{what: "line"|"power", on: boolean, words: string[]}} props */
function Switch({ what, on, words }) {
  return html`<button class="switch" role="switch" aria-checked=${on} onClick=${() => act(what, { on: !on })}>
    <span>${word(what)}</span><i></i><b>${on ? words[0] : words[1]}</b>
  </button>`;
}

/** @param {{parts: {name: string, running: boolean}[]}} props */
function Parts({ parts }) {
  return html`<ul class="parts" aria-label=${word("parts")}>
    ${parts.map(
      (part) => html`<li class=${part.running ? "running" : "stopped"} title=${word(part.running ? "running" : "stopped")}>
        <i aria-hidden="true">${part.running ? "●" : "○"}</i>${part.name}
      </li>`,
    )}
  </ul>`;
}

/** The newest receipt as the virtual printer printed it. @param {{name: string|null}} props */
function Paper({ name }) {
  if (!name) return null;
  const picture = `/api/paper?${name}`;
  return html`<a class="paper" href=${picture} target="_blank"><img src=${picture} alt=${text("ui_receipt")} /></a>`;
}

/** @param {{lines: string[]}} props */
function Log({ lines }) {
  return html`<div class="log"><h2>${word("log")}</h2><pre tabindex="0">${lines.join("\n")}</pre></div>`;
}

effect(() => render(html`<${Bench} now=${state.value} />`, document.body));
follow();
