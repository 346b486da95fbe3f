/** Points as money: how many can be used here on this basket, and how many the member wants to use. */
import { html } from "../html.js";
import { number, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { usePoints } from "./actions.js";
import { minorOf } from "./amount.js";
import { Keypad } from "./keypad.js";
import { Confirm } from "./payment.js";
import { typed } from "./state.js";

/** @param {{counter: import("../types.js").Counter}} props */
export function PointsPane({ counter }) {
  const { use } = counter.basket;
  const points = minorOf(typed.value, 0) ?? use.available;
  return html`<section class="pane" aria-label=${text("ui_points_pane")}>
    <h2><${Icon} name="points" />${text("ui_points_pane")}</h2>
    <dl class="sum-list">
      <div><dt>${text("ui_points_here")}</dt><dd>${number(counter.member?.balance?.here ?? 0)}</dd></div>
      <div><dt>${text("ui_points_usable")}</dt><dd>${number(use.available)}</dd></div>
    </dl>
    <p class="given ${typed.value ? "" : "proposed"}"><span>${text("ui_use_points")}</span><strong>${number(points)}</strong></p>
    <div class="quick">
      <button onClick=${() => usePoints(use.available)}>${text("ui_use_most", { points: use.available })}</button>
      <button onClick=${() => usePoints(0)}>${text("ui_no_points")}</button>
    </div>
    <${Keypad} exponent=${0} />
    <${Confirm} words=${text("ui_use_these", { points })} />
  </section>`;
}
