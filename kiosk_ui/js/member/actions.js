/** What a member can press. An action that fails leaves the screen as the terminal last drew it. */
import { post } from "../api.js";
import { html } from "../html.js";
import { language, OWN_NAMES, text } from "../phrases.js";

export const done = () => post("member/done", {});
export const moreTime = () => post("member/more_time", {});
/** @param {boolean} open */
export const detail = (open) => post("member/detail", { open });

/** Opens the pad for the PIN, or closes it. @param {boolean} open */
export const askPin = (open) => post("member/pin", { open });
/** Where the digits stand: in order, or anywhere. @param {boolean} inOrder */
export const pinOrder = (inOrder) => post("member/pin/order", { in_order: inOrder });

/** @type {Promise<unknown>} */
let pressed = Promise.resolve();

/** One key after the other, however quick the hand is. @param {string} key */
export function pinKey(key) {
  pressed = pressed.then(() => post("member/pin/key", { key }));
}

export function Languages() {
  return html`<div class="languages" role="group" aria-label=${text("ui_language")}>
    ${Object.entries(OWN_NAMES).map(
      ([tag, name]) => html`<button lang=${tag} aria-pressed=${tag === language.value} onClick=${() => choose(tag)}>${name}</button>`,
    )}
  </div>`;
}

/** @param {string} tag */
function choose(tag) {
  if (tag !== language.value) post("member/language", { language: tag });
}

/** The row of buttons at the foot of a screen. @param {{children?: any, words?: string}} props */
export function Foot({ children, words = text("ui_done") }) {
  return html`<footer class="foot">
    <${Languages} />
    <div class="foot-actions">
      ${children}<button class="primary" data-first onClick=${done}>${words}</button>
    </div>
  </footer>`;
}
