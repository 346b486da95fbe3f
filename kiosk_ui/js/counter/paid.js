/** The sale is made: the change to hand back, the receipt, and the way to the next customer. */
import { html } from "../html.js";
import { named, number, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Icon } from "../parts/icons.js";
import { Scroll } from "../parts/scroll.js";
import { nextSale } from "./actions.js";
import { Reasons } from "./lines.js";
import { PaperLine } from "./paper.js";

/** @typedef {import("../types.js").Receipt} Receipt */

/** @param {{receipt: Receipt, paper: import("../types.js").Paper|null|undefined}} props */
export function Paid({ receipt, paper }) {
  const earned = receipt.earned.reduce((sum, { points }) => sum + points, 0);
  const cash = receipt.tenders.some((tender) => tender.kind === "cash");
  return html`<section class="pane paid">
    <h2><span class="tick"><${Icon} name="check" /></span>${text("sale_done")}</h2>
    <p class="change">
      <span>${text(cash ? "ui_change" : "ui_received")}</span>
      <strong><${Money} minor=${cash ? receipt.change : receipt.due} /></strong>
    </p>
    <dl class="sum-list">
      ${receipt.tenders.map((tender) => html`<div><dt>${text(`ui_${tender.kind}`)}</dt><dd><${Money} minor=${tender.amount} /></dd></div>`)}
      ${receipt.rounding === 0 ? null : html`<div><dt>${text("ui_rounding")}</dt><dd><${Money} minor=${receipt.rounding} /></dd></div>`}
      ${receipt.saved > 0 ? html`<div class="saved"><dt>${text("ui_saved")}</dt><dd><${Money} minor=${receipt.saved} /></dd></div>` : null}
      ${receipt.points_used > 0
        ? html`<div><dt>${text("ui_points_used", { points: receipt.points_used })}</dt><dd><${Money} minor=${-receipt.points_money} /></dd></div>`
        : null}
      ${receipt.balance
        ? html`<div><dt>${text("ui_earned")}</dt><dd>+${number(earned)}</dd></div>
            <div><dt>${text("ui_points_now")}</dt><dd>${number(receipt.balance.total)}</dd></div>`
        : null}
    </dl>
    <${PaperLine} paper=${paper} />
    <button class="primary next" data-first onClick=${nextSale}>${text("ui_next_sale")}<kbd>Enter</kbd></button>
  </section>`;
}

/** @param {{receipt: Receipt}} props */
export function Slip({ receipt }) {
  return html`<section class="slip">
    <p class="slip-head">
      <b>${named(receipt.store)}</b><span>${text("ui_receipt_no", { number: receipt.number })}</span>
      <span>${text("ui_at", { at_ms: receipt.at_ms })}</span>
    </p>
    <${Scroll} label=${text("ui_receipt")} class="lines">
      <ol>
        ${receipt.lines.map(
          (line) => html`<li class="line" key=${line.no}>
            <p class="what"><span class="product" title=${named(line.name)}>${named(line.name)}</span></p>
            <p class="times">× ${number(line.quantity)}</p>
            <p class="net"><${Money} minor=${line.net} /></p>
            <${Reasons} line=${line} />
          </li>`,
        )}
      </ol>
    <//>
    <p class="slip-sum"><span>${text(receipt.saved > 0 ? "ui_net_sum" : "ui_gross")}</span><b><${Money} minor=${receipt.net} /></b></p>
  </section>`;
}
