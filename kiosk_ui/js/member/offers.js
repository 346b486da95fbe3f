/** Offers of today, each with its sentence: what it gives or how far it is. */
import { html } from "../html.js";
import { named, say, text } from "../phrases.js";
import { Scroll } from "../parts/scroll.js";

/** @param {{offers: import("../types.js").Offer[]}} props */
export function Offers({ offers }) {
  if (offers.length === 0) return html`<p class="no-offers">${text("ui_no_offers")}</p>`;
  return html`<${Scroll} label=${text("ui_today")} class="offers">
    <ul>
      ${offers.map(
        (offer) => html`<li key=${offer.id}><b>${named(offer.name)}</b><span>${say(offer.phrase)}</span></li>`,
      )}
    </ul>
  <//>`;
}
