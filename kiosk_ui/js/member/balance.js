/** A balance is never one bare number: all points, what is certain here, what is waiting, and how old it is. */
import { html } from "../html.js";
import { money, number, signed, text } from "../phrases.js";
import { Points } from "../parts/amounts.js";

/** Long totals are set smaller. @param {number} total */
function size(total) {
  if (total > 9_999_999) return "longest";
  return total > 99_999 ? "long" : "";
}

/** @param {{balance: import("../types.js").Balance}} props */
export function Balance({ balance }) {
  const { total, here, waiting, debt, value, as_of_ms: asOf } = balance;
  return html`<section class="balance" aria-label=${text("ui_points")}>
    <p class="total ${size(total)}"><${Points} value=${total} /><span class="unit">${text("ui_points_unit")}</span></p>
    <dl>
      <div><dt>${text("ui_points_here")}</dt><dd>${number(here)}</dd></div>
      <div><dt>${text("ui_points_waiting")}</dt><dd>${waiting === 0 ? "0" : signed(waiting)}</dd></div>
      ${debt > 0 ? html`<div><dt>${text("ui_points_debt")}</dt><dd>${number(debt)}</dd></div>` : null}
      ${value?.total > 0 ? html`<div><dt>${text("ui_value_here")}</dt><dd>${money(value.here)}</dd></div>` : null}
      ${value?.waiting > 0 ? html`<div><dt>${text("ui_value_waiting")}</dt><dd>${money(value.waiting)}</dd></div>` : null}
    </dl>
    <p class="as-of">${asOf === null ? text("ui_never_synced") : text("ui_as_of", { at_ms: asOf })}</p>
  </section>`;
}
