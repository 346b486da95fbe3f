/** What is to pay, large; how it came about, small; and the ways to pay. */
import { html } from "../html.js";
import { say, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Icon } from "../parts/icons.js";
import { openPane, usePoints } from "./actions.js";

/** @param {{basket: import("../types.js").BasketView}} props */
export function Totals({ basket }) {
  const { use } = basket;
  return html`<section class="totals">
    <dl class="sum-list">
      <div><dt>${text("ui_gross")}</dt><dd><${Money} minor=${basket.gross} /></dd></div>
      ${basket.saved > 0 ? html`<div class="saved"><dt>${text("ui_saved")}</dt><dd><${Money} minor=${-basket.saved} /></dd></div>` : null}
      ${basket.tax?.on_top ? html`<div><dt>${text("ui_tax")}</dt><dd><${Money} minor=${basket.tax.total} /></dd></div>` : null}
      ${use.points > 0 ? html`<${PointsRow} use=${use} />` : null}
    </dl>
    ${use.asked > use.points && use.limited_by
      ? html`<p class="limited">${say({ code: use.limited_by, params: { asked: use.asked, points: use.points, available: use.available } })}</p>`
      : null}
    <p class="due"><span>${text("ui_to_pay")}</span><strong><${Money} minor=${basket.due} /></strong></p>
    ${basket.cash_rounding === 0 ? null : html`<p class="cash-due">${text("ui_cash_due", { cash_minor: basket.cash_due })}</p>`}
  </section>`;
}

/** @param {{use: import("../types.js").PointsUse}} props */
function PointsRow({ use }) {
  return html`<div>
    <dt>${text("ui_points_used", { points: use.points })}
      <button class="quiet" aria-label=${text("ui_no_points")} onClick=${() => usePoints(0)}><${Icon} name="close" /></button></dt>
    <dd><${Money} minor=${-use.money} /></dd>
  </div>`;
}

/** @type {["cash"|"card"|"mobile"|"points", string][]} */
const WAYS = [["cash", "F2"], ["card", "F3"], ["mobile", "F4"], ["points", "F6"]];

/** @param {{counter: import("../types.js").Counter}} props */
export function Tenders({ counter }) {
  const empty = counter.basket.lines.length === 0;
  return html`<div class="tenders">
    ${WAYS.map(
      ([kind, key]) => html`<button
        key=${kind}
        class=${kind === "cash" ? "primary" : kind}
        disabled=${empty || (kind === "points" && !counter.member)}
        onClick=${() => openPane(kind)}
      >
        <${Icon} name=${kind} /><span>${text(`ui_${kind}`)}</span><kbd>${key}</kbd>
      </button>`,
    )}
  </div>`;
}
