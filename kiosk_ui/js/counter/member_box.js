/** Who is buying: masked name, tier, and the points that are certain here. */
import { html } from "../html.js";
import { money, named, number, sayAtCounter, signed, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { askPin, clearMember } from "./actions.js";

/** @param {{member: import("../types.js").Member|null, pin?: import("../types.js").Pin}} props */
export function MemberBox({ member, pin }) {
  if (!member) return html`<section class="member-box guest"><${Icon} name="person" /><p>${text("ui_no_member")}</p></section>`;
  return html`<section class="member-box">
    <p class="who"><b>${member.name}</b><span class="tier" data-tier=${member.tier.id}>${named(member.tier.name)}</span></p>
    <button class="quiet" aria-label=${text("ui_clear_member")} onClick=${clearMember}><${Icon} name="close" /><kbd>F8</kbd></button>
    <${Points} balance=${member.balance} />
    <${PinLine} pin=${pin} />
  </section>`;
}

/** Whether the member gave the PIN; never what was keyed in. @param {{pin?: import("../types.js").Pin}} props */
function PinLine({ pin }) {
  switch (pin?.state) {
    case "given":
      return html`<p class="pin"><${Icon} name="check" /><span>${text("ui_pin_given")}</span></p>`;
    case "offered":
      return html`<p class="pin"><button onClick=${() => askPin(true)}>${text("ui_ask_pin")}<kbd>F10</kbd></button></p>`;
    case "open":
    case "looking":
      return html`<p class="pin entering" role="status">
        <span>${pin.said ? sayAtCounter(pin.said) : text("ui_member_enters_pin")}</span>
        <button onClick=${() => askPin(false)}>${text("ui_pin_cancel")}<kbd>F10</kbd></button>
      </p>`;
    default:
      return null;
  }
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
