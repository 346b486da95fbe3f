/** A numeric keypad in the page, in the order of the keypad on a counter's keyboard. */
import { html } from "../html.js";
import { text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { afterKey } from "./amount.js";
import { sending, typed } from "./state.js";

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ".", "0", "Backspace"];

/** @param {{exponent: number}} props digits after the point */
export function Keypad({ exponent }) {
  return html`<div class="keypad" role="group" aria-label=${text("ui_keypad")}>
    ${KEYS.map((key) => html`<${Key} key=${key} value=${key} exponent=${exponent} />`)}
  </div>`;
}

/** @param {{value: string, exponent: number}} props */
function Key({ value, exponent }) {
  if (value === "." && exponent === 0) return html`<span></span>`;
  const press = () => {
    typed.value = afterKey(typed.value, value, exponent);
  };
  const erase = value === "Backspace";
  return html`<button aria-label=${erase ? text("ui_erase") : value} disabled=${sending.value} onClick=${press}>
    ${erase ? html`<${Icon} name="erase" />` : value}
  </button>`;
}
