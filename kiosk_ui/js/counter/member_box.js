/** Who is buying: masked name, tier, and the points that are certain here. */
import { html } from "../html.js";
import { money, named, number, signed, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { clearMember } from "./actions.js";

/** @param {{member: import("../types.js").Member|null}} props */
export function MemberBox({ member }) {
  if (!member) return html`<section class="member-box guest"><${Icon} name="person" /><p>${text("ui_no_member")}</p></section>`;
  return html`<section class="member-box">
    <p class="who"><b>${member.name}</b><span class="tier" data-tier=${member.tier.id}>${named(member.tier.name)}</span></p>
    <button class="quiet" aria-label=${text("ui_clear_member")} onClick=${clearMember}><${Icon} name="close" /><kbd>F8</kbd></button>
    <${Points} balance=${member.balance} />
  </section>`;
}

/** @param {{balance: import("../types.js").Balance|null}} props */
function Points({ balance }) {
  if (!balance) return html`<p class="points"><span>${text("ui_balance_hidden")}</span></p>`;
  const { here, waiting, debt, value, as_of_ms: asOf } = balance;
  return html`<p class="points">
      <span>${text("ui_points_here")} <b>${number(here)}</b></span>
      ${waiting === 0 ? null : html`<span>${text("ui_points_waiting")} <b>${signed(waiting)}</b></span>`}
      ${debt > 0 ? html`<span>${text("ui_points_debt")} <b>${number(debt)}</b></span>` : null}
      ${value?.total > 0 ? html`<span>${text("ui_value_here")} <b>${money(value.here)}</b></span>` : null}
      <span>${asOf === null ? text("ui_never_synced") : text("ui_as_of", { at_ms: asOf })}</span>
    </p>`;
}
