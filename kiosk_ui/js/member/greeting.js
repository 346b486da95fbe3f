/** A member has tapped: name, tier, points, what today's offers mean, and how far the next tier is unless points are owed. */
import { html } from "../html.js";
import { named, say, text } from "../phrases.js";
import { detail, Foot } from "./actions.js";
import { Balance } from "./balance.js";
import { Offers } from "./offers.js";
import { PinOffer } from "./pin_pad.js";

/** @param {{screen: import("../types.js").MemberScreen}} props */
export function Greeting({ screen }) {
  const { member } = screen;
  if (!member) return null;
  return html`
    <main class="greeting">
      <section class="who">
        <header>
          <h1 class="hello">${text("ui_hello", { name: member.name })}</h1>
          <span class="tier" data-tier=${member.tier.id}>${named(member.tier.name)}</span>
        </header>
        ${member.balance ? html`<${Balance} balance=${member.balance} />` : html`<p class="progress">${text("ui_balance_hidden")}</p>`}
        ${member.progress && member.balance?.debt === 0 ? html`<p class="progress">${say(member.progress)}</p>` : null}
      </section>
      <section class="today">
        <h2>${text("ui_today")}</h2>
        <${Offers} offers=${screen.offers} />
      </section>
    </main>
    <${Foot}><${PinOffer} pin=${screen.pin} />${member.balance ? html`<button onClick=${() => detail(true)}>${text("ui_records")}</button>` : null}<//>
  `;
}
