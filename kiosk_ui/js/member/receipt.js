/** The sale is made: thanks, what was paid and saved, the points, and the receipt to read. */
import { html } from "../html.js";
import { number, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Icon } from "../parts/icons.js";
import { detail, Foot } from "./actions.js";
import { Lines } from "./lines.js";

/** @param {{screen: import("../types.js").MemberScreen}} props */
export function Receipt({ screen }) {
  const { receipt, member } = screen;
  if (!receipt) return null;
  return html`
    <main class="selling">
      <section class="paid">
        <h1><span class="tick"><${Icon} name="check" /></span>${text("ui_thanks")}</h1>
        <p class="due"><span>${text("ui_paid")}</span><strong><${Money} minor=${receipt.due + receipt.rounding} /></strong></p>
        <dl class="sum-list">
          ${receipt.change > 0 ? html`<div><dt>${text("ui_change")}</dt><dd><${Money} minor=${receipt.change} /></dd></div>` : null}
          ${receipt.saved > 0 ? html`<div class="saved"><dt>${text("ui_saved")}</dt><dd><${Money} minor=${receipt.saved} /></dd></div>` : null}
          <${PointsOfSale} receipt=${receipt} />
        </dl>
        ${receipt.balance?.as_of_ms ? html`<p class="as-of">${text("ui_as_of", { at_ms: receipt.balance.as_of_ms })}</p>` : null}
      </section>
      <section class="slip">
        <p class="slip-head"><span>${text("ui_receipt_no", { number: receipt.number })}</span><span>${text("ui_at", { at_ms: receipt.at_ms })}</span></p>
        <${Lines} lines=${receipt.lines} stamps=${receipt.stamps} still />
      </section>
    </main>
    <${Foot}>${member ? html`<button onClick=${() => detail(true)}>${text("ui_records")}</button>` : null}<//>
  `;
}

/** @param {{receipt: import("../types.js").Receipt}} props */
function PointsOfSale({ receipt }) {
  const { balance } = receipt;
  if (!balance) return null;
  const earned = receipt.earned.reduce((sum, { points }) => sum + points, 0);
  return html`
    ${receipt.points_used > 0
      ? html`<div><dt>${text("ui_points_used", { points: receipt.points_used })}</dt><dd><${Money} minor=${-receipt.points_money} /></dd></div>`
      : null}
    <div class="earned"><dt>${text("ui_earned")}</dt><dd>+${number(earned)}</dd></div>
    <div><dt>${text("ui_points_now")}</dt><dd>${number(balance.total)}</dd></div>
  `;
}
