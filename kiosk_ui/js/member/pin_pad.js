/** The pad for the PIN. The terminal gathers the digits: this page draws a dot for each, and the keys in the order it is told. */
import { html } from "../html.js";
import { Icon } from "../parts/icons.js";
import { say, text } from "../phrases.js";
import { askPin, Languages, pinKey, pinOrder } from "./actions.js";

/** @typedef {import("../types.js").MemberPin} MemberPin */

const FEWEST_DOTS = 6;

/** @param {{pin: MemberPin}} props */
export function PinPad({ pin }) {
  return html`
    <main class="pin-pad">
      <section class="pin-asked">
        <h1>${text("ui_pin_enter")}</h1>
        <${Dots} digits=${pin.digits} />
        <p class=${pin.said ? "pin-said refused" : "pin-said"} role="status">${words(pin)}</p>
        <button class="pin-order" aria-pressed=${pin.in_order} onClick=${() => pinOrder(!pin.in_order)}>${text("ui_pin_in_order")}</button>
      </section>
      <${Keys} keys=${pin.keys} />
    </main>
    <footer class="foot">
      <${Languages} />
      <div class="foot-actions">
        <button onClick=${() => askPin(false)}>${text("ui_pin_cancel")}</button>
        <button class="primary" onClick=${() => pinKey("enter")}>${text("ui_pin_confirm")}</button>
      </div>
    </footer>
  `;
}

/** @param {MemberPin} pin */
function words(pin) {
  if (pin.state === "looking") return text("ui_pin_looking");
  return pin.said ? say(pin.said) : text("ui_pin_why");
}

/** @param {{digits: number}} props */
function Dots({ digits }) {
  const places = Array.from({ length: Math.max(FEWEST_DOTS, digits) }, (_, at) => at < digits);
  return html`<p class="pin-dots" role="img" aria-label=${text("ui_pin_digits", { digits })}>
    ${places.map((filled) => html`<i class=${filled ? "filled" : ""}></i>`)}
  </p>`;
}

/** As on a telephone: three in a row, the tenth below. @param {{keys: string[]}} props */
function Keys({ keys }) {
  return html`<div class="pin-keys" role="group" aria-label=${text("ui_keypad")}>
    ${keys.map(
      (digit, at) => html`<button key=${digit} data-first=${at === 0 ? "" : undefined} onClick=${() => pinKey(digit)}>${digit}</button>`,
    )}
    <button key="back" aria-label=${text("ui_erase")} onClick=${() => pinKey("back")}><${Icon} name="erase" /></button>
  </div>`;
}

/** Asks for the PIN where it can be given, and says that it was. @param {{pin: MemberPin|undefined}} props */
export function PinOffer({ pin }) {
  if (pin?.state === "given") return html`<span class="pin-given"><${Icon} name="check" />${text("ui_pin_given")}</span>`;
  return pin?.state === "offered" ? html`<button onClick=${() => askPin(true)}>${text("ui_pin")}</button>` : null;
}

/** Whether the pad is on the screen. @param {MemberPin|undefined} pin */
export function padIsOpen(pin) {
  return pin?.state === "open" || pin?.state === "looking";
}
