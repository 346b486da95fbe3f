/** Amounts as drawn text: the figures stand out, the symbol and the cents step back. */
import { html } from "../html.js";
import { moneyParts, number } from "../phrases.js";

const SMALL = new Set(["currency", "decimal", "fraction", "minusSign"]);

/** @param {{minor: number}} props */
export function Money({ minor }) {
  const parts = moneyParts(minor);
  return html`<span class="money">${parts.map(partOf)}</span>`;
}

/** @param {Intl.NumberFormatPart} part */
function partOf({ type, value }) {
  const shown = type === "minusSign" ? "−" : value;
  return SMALL.has(type) ? html`<small>${shown}</small>` : shown;
}

/** @param {{value: number}} props */
export function Points({ value }) {
  return html`<span class="money">${number(value)}</span>`;
}
