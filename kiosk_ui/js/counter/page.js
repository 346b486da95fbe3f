/** The counter's two halves: what is bought at the left, who buys and pays at the right. */
import { html } from "../html.js";
import { sayAtCounter, text } from "../phrases.js";
import { connection } from "../stream.js";
import { DemoRibbon } from "../parts/status.js";
import { Header } from "./header.js";
import { Lines } from "./lines.js";
import { MemberBox } from "./member_box.js";
import { Notices } from "./notices.js";
import { Offers } from "./offers.js";
import { Paid, Slip } from "./paid.js";
import { PaymentPane } from "./payment.js";
import { PointsPane } from "./points.js";
import { ScanField } from "./scan_field.js";
import { pane } from "./state.js";
import { Tenders, Totals } from "./totals.js";

/** @typedef {import("../types.js").Counter} Counter */

/** @param {{view: import("../types.js").View|null}} props */
export function CounterPage({ view }) {
  const counter = view?.counter;
  const status = view?.status ?? null;
  return html`
    <div class="page">
      <${DemoRibbon} status=${status} />
      <${Header} status=${status} />
      ${counter && status
        ? html`<div class="desk" inert=${connection.value === "lost"}>
            <${Goods} counter=${counter} status=${status} />
            <aside class="till"><${Till} counter=${counter} /></aside>
          </div>`
        : html`<main class="starting">${text("ui_one_moment")}</main>`}
    </div>
    <p class="unseen" aria-live="polite">${counter ? spoken(counter) : ""}</p>
  `;
}

/** @param {{counter: Counter, status: import("../types.js").Status}} props */
function Goods({ counter, status }) {
  if (counter.phase === "paid" && counter.receipt) {
    return html`<main class="goods"><${ScanField} /><${Notices} counter=${counter} status=${status} /><${Slip} receipt=${counter.receipt} /></main>`;
  }
  return html`<main class="goods" inert=${pane.value !== null}>
    <${ScanField} />
    <${Notices} counter=${counter} status=${status} />
    <${Lines} counter=${counter} />
  </main>`;
}

/** @param {{counter: Counter}} props */
function Till({ counter }) {
  if (counter.phase === "paid" && counter.receipt) return html`<${Paid} receipt=${counter.receipt} paper=${counter.paper} />`;
  if (pane.value === "points") return html`<${PointsPane} counter=${counter} />`;
  if (pane.value !== null) return html`<${PaymentPane} kind=${pane.value} />`;
  return html`
    <${MemberBox} member=${counter.member} pin=${counter.pin} />
    <${Offers} basket=${counter.basket} />
    <${Totals} basket=${counter.basket} />
    <${Tenders} counter=${counter} />
  `;
}

/** What has changed, for speech: one short sentence. @param {Counter} counter */
function spoken(counter) {
  if (counter.notice) return sayAtCounter(counter.notice);
  const line = counter.basket.lines.at(-1);
  if (counter.phase === "paid") return text("sale_done");
  return line ? text("ui_spoken_line", { name: line.name, net_minor: line.net }) : "";
}
