/** Something is not as hoped: a calm sentence, what to do, and a way on. */
import { html } from "../html.js";
import { firstSentence, say, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { Foot } from "./actions.js";

/** @param {{screen: import("../types.js").MemberScreen}} props */
export function Notice({ screen }) {
  const [sentence, rest] = firstSentence(say(screen.notice));
  return html`
    <main class="notice" role="alert">
      <span class="sign"><${Icon} name="info" /></span>
      <h1>${headline(sentence)}</h1>
      ${rest ? html`<p>${rest}</p>` : null}
    </main>
    <${Foot} words=${text("ui_ok")} />
  `;
}

/** Large type needs no full stop. @param {string} sentence */
function headline(sentence) {
  return sentence.replace(/[.\u3002]$/u, "");
}

/** The terminal does not answer (yet). */
export function Connecting() {
  return html`<main class="notice quiet">
    <span class="sign waiting"><${Icon} name="clock" /></span>
    <h1>${text("ui_one_moment")}</h1>
    <p>${text("ui_connecting_why")}</p>
  </main>`;
}
