/** A member has tapped: name, tier, points, and what today's offers mean. */
import { html } from "../html.js";
import { named, text } from "../phrases.js";
import { detail, Foot } from "./actions.js";
import { Balance } from "./balance.js";
import { Offers } from "./offers.js";

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
        <${Balance} balance=${member.balance} />
      </section>
      <section class="today">
        <h2>${text("ui_today")}</h2>
        <${Offers} offers=${screen.offers} />
      </section>
    </main>
    <${Foot}><button onClick=${() => detail(true)}>${text("ui_records")}</button><//>
  `;
}
