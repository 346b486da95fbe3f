/** Offers of this basket: applied ones can be taken out, removed ones come back, missed ones say how far they are. */
import { html } from "../html.js";
import { money, named, say, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { Scroll } from "../parts/scroll.js";
import { leaveOut, takeCouponOut } from "./actions.js";

/** @typedef {import("../types.js").BasketView} BasketView */

/** @param {{basket: BasketView}} props */
export function Offers({ basket }) {
  const removed = new Set(basket.removed.map((offer) => offer.offer));
  const missed = basket.lines.length > 0 ? basket.missed.filter((offer) => !removed.has(offer.offer)) : [];
  const near = missed.filter((offer) => offer.near);
  const far = missed.filter((offer) => !offer.near);
  return html`<${Scroll} label=${text("ui_offers")} class="deals" controls=${applied(basket).length + removed.size + basket.coupons.length > 0}>
    <ul>
      ${near.map((offer) => html`<${Missed} key=${offer.offer} offer=${offer} name="near" />`)}
      ${basket.coupons.map((coupon) => html`<${Coupon} key=${coupon.coupon} coupon=${coupon} />`)}
      ${applied(basket).map((deal) => html`<${Applied} key=${deal.offer} ...${deal} />`)}
      ${basket.removed.map((offer) => html`<${Removed} key=${offer.offer} offer=${offer.offer} name=${offer.name} />`)}
      ${far.map((offer) => html`<${Missed} key=${offer.offer} offer=${offer} />`)}
    </ul>
  <//>`;
}

/** @param {{offer: import("../types.js").Missed, name?: string}} props */
function Missed({ offer, name }) {
  return html`<li class=${name}><p><b>${named(offer.name)}</b><span>${say(offer.phrase)}</span></p></li>`;
}

/** Each applied offer once, with all that it takes off. @param {BasketView} basket */
function applied(basket) {
  /** @type {Map<string, {offer: string, name: import("../types.js").Localized, amount: number}>} */
  const deals = new Map();
  const ofLines = basket.lines.flatMap((line) => line.reasons);
  for (const { offer, name, step, amount } of ofLines.length > 0 ? ofLines : basket.reasons) {
    if (step === "points") continue;
    const before = deals.get(offer)?.amount ?? 0;
    deals.set(offer, { offer, name, amount: before + amount });
  }
  return [...deals.values()];
}

/** @param {{offer: string, name: import("../types.js").Localized, amount: number}} props */
function Applied({ offer, name, amount }) {
  return html`<li class="applied">
    <p><b>${named(name)}</b><span>${money(-amount)}</span></p>
    <button class="quiet" aria-label=${text("ui_leave_out", { name })} onClick=${() => leaveOut(offer, true)}><${Icon} name="close" /></button>
  </li>`;
}

/** A chosen coupon, and whether it does anything here. @param {{coupon: import("../types.js").Coupon}} props */
function Coupon({ coupon }) {
  return html`<li>
    <p><span>${say(coupon.phrase)}</span></p>
    <button class="quiet" aria-label=${text("ui_leave_out", { name: coupon.coupon })} onClick=${() => takeCouponOut(coupon.coupon)}><${Icon} name="close" /></button>
  </li>`;
}

/** @param {{offer: string, name: import("../types.js").Localized}} props */
function Removed({ offer, name }) {
  return html`<li class="removed">
    <p><b>${named(name)}</b><span>${text("removed")}</span></p>
    <button class="quiet" aria-label=${text("ui_bring_back", { name })} onClick=${() => leaveOut(offer, false)}><${Icon} name="undo" /></button>
  </li>`;
}
