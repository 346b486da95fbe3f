/** Lines of a basket or a receipt, with the reasons under the price they explain. */
import { html } from "../html.js";
import { money, named, number, say, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Scroll } from "../parts/scroll.js";

/** @typedef {import("../types.js").BasketLine} BasketLine */

/** @param {{lines: BasketLine[], stamps?: import("../types.js").Stamps[], still?: boolean}} props `still`: nothing is being added */
export function Lines({ lines, stamps = [], still = false }) {
  const newest = lines.at(-1);
  const follow = still || !newest ? undefined : `${newest.no} ${newest.quantity}`;
  return html`<${Scroll} label=${text("ui_basket")} class="lines" follow=${follow}>
    <ol>
      ${lines.map((line) => html`<${Line} key=${line.no} line=${line} newest=${!still && line === newest} />`)}
      ${stamps.map(({ offer, name, phrase }) => html`<li key=${offer}><p class="reason"><span>${named(name)}</span><span>${say(phrase)}</span></p></li>`)}
    </ol>
  <//>`;
}

/** Points as money are taken off the whole order, after the net of a line. @param {{line: BasketLine, newest: boolean}} props */
function Line({ line, newest }) {
  const reasons = line.reasons.filter((reason) => reason.step !== "points");
  return html`<li class=${newest ? "newest" : ""}>
    <p class="what"><span class="product" title=${named(line.name)}>${named(line.name)}</span><${Quantity} value=${line.quantity} /></p>
    <p class="price"><${Money} minor=${line.net} /></p>
    ${reasons.map((reason) => html`<p class="reason"><span>${named(reason.name)}</span><span>${money(-reason.amount)}</span></p>`)}
  </li>`;
}

/** @param {{value: number}} props */
function Quantity({ value }) {
  return value === 1 ? null : html`<span class="times">× ${number(value)}</span>`;
}
