/** The basket while the cashier scans: the newest line last, the total, and what is still within reach. */
import { html } from "../html.js";
import { named, number, say, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Languages } from "./actions.js";
import { Lines } from "./lines.js";
import { PinOffer } from "./pin_pad.js";

/** @typedef {import("../types.js").BasketView} BasketView */

/** @param {{screen: import("../types.js").MemberScreen}} props */
export function Basket({ screen }) {
  const { basket, member } = screen;
  if (!basket) return null;
  return html`
    <main class="selling live">
      <section class="bought"><${Lines} lines=${basket.lines} /><div class="below"><${Languages} /><${PinOffer} pin=${screen.pin} /></div></section>
      <section class="sums">
        ${forMember(screen.notice) ? html`<p class="aside">${say(screen.notice)}</p>` : null}
        <${Sums} basket=${basket} member=${member} />
        <${WithinReach} basket=${basket} member=${member} />
      </section>
    </main>
  `;
}

/** What happened to a card is the member's business; what happened to a barcode is the cashier's. @param {import("../types.js").Phrase|null} notice */
function forMember(notice) {
  return notice !== null && /^(card|member)_/.test(notice.code);
}

/** @param {{basket: BasketView, member: import("../types.js").Member|null}} props */
function Sums({ basket, member }) {
  const { use } = basket;
  return html`
    ${member ? html`<p class="shopper"><b>${member.name}</b><span class="tier" data-tier=${member.tier.id}>${named(member.tier.name)}</span></p>` : null}
    <p class="due"><span>${text("ui_to_pay")}</span><strong><${Money} minor=${basket.due} /></strong></p>
    <dl class="sum-list">
      ${basket.saved > 0 ? html`<div class="saved"><dt>${text("ui_saved")}</dt><dd><${Money} minor=${basket.saved} /></dd></div>` : null}
      ${use.points > 0
        ? html`<div><dt>${text("ui_points_used", { points: use.points })}</dt><dd><${Money} minor=${-use.money} /></dd></div>`
        : null}
      ${member ? html`<div><dt>${text("ui_will_earn")}</dt><dd>${number(basket.earns)}</dd></div>` : null}
    </dl>
  `;
}

/** The nearest offer that was missed, else the next tier, else what membership saves here: one of them has room. @param {{basket: BasketView, member: import("../types.js").Member|null}} props */
function WithinReach({ basket, member }) {
  const near = basket.missed.find((missed) => missed.near);
  if (near) return html`<p class="reach"><b>${named(near.name)}</b><span>${say(near.phrase)}</span></p>`;
  if (member?.progress) return html`<p class="progress">${say(member.progress)}</p>`;
  if (!member || basket.member_saves === 0) return null;
  return html`<p class="progress">${text("ui_member_saves", { saved_minor: basket.member_saves })}</p>`;
}
