/** The lines of the basket: quantity by − and +, price, what is left to pay, and the reasons under it. */
import { html } from "../html.js";
import { decimal, money, named, number, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Icon } from "../parts/icons.js";
import { Scroll } from "../parts/scroll.js";
import { emptyOrBringBack, step } from "./actions.js";
import { wanted } from "./state.js";

/** @typedef {import("../types.js").BasketLine} BasketLine */

/** @param {{counter: import("../types.js").Counter}} props */
export function Lines({ counter }) {
  const { lines } = counter.basket;
  if (lines.length === 0) return html`<div class="no-lines"><${Icon} name="scan" /><p>${text("ui_first_scan")}</p><${BringBack} lines=${counter.set_aside} /></div>`;
  const last = counter.last_scan?.no ?? null;
  const scanned = lines.find((line) => line.no === last);
  return html`
    <p class="columns" aria-hidden="true">
      <span>${text("ui_goods", { lines: lines.length })}</span><span>${text("ui_quantity")}</span>
      <span>${text("ui_unit_price")}</span><span>${text("ui_net")}</span>
    </p>
    <${Scroll} label=${text("ui_basket")} class="lines" follow=${scanned ? `${last} ${scanned.quantity}` : lines.length} controls>
      <ol>${lines.map((line) => html`<${Line} key=${line.no} line=${line} newest=${line.no === last} />`)}</ol>
    <//>
    <p class="basket-tools"><button onClick=${emptyOrBringBack}>${text("ui_empty_basket")}<kbd>F9</kbd></button></p>
  `;
}

/** Undo for a basket that was emptied. @param {{lines: number|undefined}} props */
function BringBack({ lines }) {
  if (!lines) return null;
  return html`<button onClick=${emptyOrBringBack}>${text("ui_bring_back_basket", { lines })}<kbd>F9</kbd></button>`;
}

/** @param {{line: BasketLine, newest: boolean}} props */
function Line({ line, newest }) {
  const name = named(line.name);
  const quantity = wanted.value.get(line.no) ?? line.quantity;
  return html`<li class=${newest ? "line newest" : "line"} data-line=${line.no}>
    <p class="what"><span class="product" title=${name}>${name}</span></p>
    <div class="quantity">
      <button aria-label=${text("ui_one_less", { name })} onClick=${() => step(line.no, -1)}>
        <${Icon} name=${quantity === 1 ? "close" : "minus"} />
      </button>
      <span>${line.grams ? text("ui_weight", { kg: decimal(line.grams, 3) }) : number(quantity)}</span>
      ${line.grams ? null : html`<button aria-label=${text("ui_one_more", { name })} onClick=${() => step(line.no, 1)}><${Icon} name="plus" /></button>`}
    </div>
    <p class="unit-price">${money(line.unit_price ?? 0)}</p>
    <p class="net"><${Money} minor=${line.net} /></p>
    <${Reasons} line=${line} />
  </li>`;
}

/** Points as money are taken off the whole order, after the net of a line. @param {{line: BasketLine}} props */
export function Reasons({ line }) {
  const reasons = line.reasons.filter((reason) => reason.step !== "points");
  if (reasons.length === 0) return null;
  return html`<p class="reasons">
    ${reasons.map((reason) => html`<span>${named(reason.name)} <b>${money(-reason.amount)}</b></span>`)}
  </p>`;
}
