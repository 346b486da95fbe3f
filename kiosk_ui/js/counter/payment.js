/** Taking money: cash with change, or a payment that the bank's or the wallet's own terminal took. */
import { html } from "../html.js";
import { exponent, money, roundMoney, shop, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Icon } from "../parts/icons.js";
import { closePane, confirmPane, dropPart, takeTender } from "./actions.js";
import { minorOf, quickAmounts } from "./amount.js";
import { Keypad } from "./keypad.js";
import { parts, remaining, sending, typed } from "./state.js";

/** @typedef {"cash"|"card"|"mobile"} Kind */

/** @param {{kind: Kind}} props */
export function PaymentPane({ kind }) {
  const due = remaining.value;
  const given = minorOf(typed.value, exponent()) ?? due;
  return html`<section class="pane" aria-label=${text(`ui_${kind}`)}>
    <h2><${Icon} name=${kind} />${text(`ui_${kind}`)}</h2>
    <${Parts} />
    <dl class="sum-list">
      <div><dt>${text("ui_to_pay")}</dt><dd><${Money} minor=${due} /></dd></div>
    </dl>
    <p class="given ${typed.value ? "" : "proposed"}"><span>${text("ui_given")}</span><strong><${Money} minor=${given} /></strong></p>
    <${Outcome} kind=${kind} given=${given} due=${due} />
    ${kind === "cash" ? html`<${Quick} due=${due} />` : html`<p class="hint">${text(`ui_${kind}_hint`)}</p>`}
    <${Keypad} exponent=${exponent()} />
    <${Confirm} words=${given < due ? text("ui_take_part", { given_minor: given }) : text("ui_pay_now")} />
  </section>`;
}

/** Change to give back, or what is still missing. @param {{kind: Kind, given: number, due: number}} props */
function Outcome({ kind, given, due }) {
  if (given < due) return html`<p class="outcome short"><span>${text("ui_still_due")}</span><strong><${Money} minor=${due - given} /></strong></p>`;
  if (kind !== "cash") return null;
  return html`<p class="outcome"><span>${text("ui_change")}</span><strong><${Money} minor=${given - due} /></strong></p>`;
}

/** @param {{due: number}} props */
function Quick({ due }) {
  return html`<div class="quick">
    <button disabled=${sending.value} onClick=${() => takeTender("cash", due)}>${text("ui_exact")}</button>
    ${quickAmounts(due, shop.value.currency, exponent()).map(
      (amount) => html`<button key=${amount} disabled=${sending.value} onClick=${() => takeTender("cash", amount)}>${roundMoney(amount)}</button>`,
    )}
  </div>`;
}

function Parts() {
  return html`<ul class="parts">
    ${parts.value.map(
      (part, at) => html`<li>
        <span>${text(`ui_${part.kind}`)}</span><b>${money(part.amount)}</b>
        <button class="quiet" aria-label=${text("ui_drop_part")} disabled=${sending.value} onClick=${() => dropPart(at)}><${Icon} name="close" /></button>
      </li>`,
    )}
  </ul>`;
}

/** @param {{words: string}} props */
export function Confirm({ words }) {
  const busy = sending.value;
  return html`<div class="confirm">
    <button disabled=${busy} onClick=${closePane}>${text("ui_back")}<kbd>Esc</kbd></button>
    <button class="primary" data-first disabled=${busy} onClick=${confirmPane}>${busy ? text("ui_sending") : words}<kbd>Enter</kbd></button>
  </div>`;
}
