/** The member's own records: purchases, and every plus and minus of points with its source. */
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { dated, day, number, text } from "../phrases.js";
import { Money } from "../parts/amounts.js";
import { Scroll } from "../parts/scroll.js";
import { detail as openDetail, Foot } from "./actions.js";

/** @typedef {import("../types.js").Purchase} Purchase */
/** @typedef {import("../types.js").HeldLot} HeldLot */
/** @typedef {import("../types.js").Movement} Movement */

/** @param {{detail: import("../types.js").Detail, member: import("../types.js").Member}} props */
export function Detail({ detail, member }) {
  const [tab, setTab] = useState("purchases");
  const purchases = tab === "purchases";
  return html`
    <main class="detail">
      <h1>${member.name}<small>${text("ui_detail_total", { total: member.balance?.total ?? 0 })}</small></h1>
      <div class="tabs" role="tablist">
        <button role="tab" aria-selected=${purchases} onClick=${() => setTab("purchases")}>${text("ui_purchases")}</button>
        <button role="tab" aria-selected=${!purchases} onClick=${() => setTab("points")}>${text("ui_points_records")}</button>
      </div>
      <${Scroll} key=${tab} label=${text(purchases ? "ui_purchases" : "ui_points_records")} class="records">
        ${purchases ? html`<${Purchases} rows=${detail.purchases} />` : html`<${PointsRows} rows=${detail.points} />`}
      <//>
    </main>
    <${Foot}><button onClick=${() => openDetail(false)}>${text("ui_back")}</button><//>
  `;
}

/** @param {{rows: Purchase[]}} props */
function Purchases({ rows }) {
  if (rows.length === 0) return html`<p class="none">${text("ui_no_purchases")}</p>`;
  return html`<ul>
    ${rows.map(
      (row) => html`<li key=${row.number}>
        <p class="record-when">${dated(row.at_ms)}</p>
        <p class="record-what">${row.number}<small>${purchaseNotes(row).map((note) => html`<span>${note}</span>`)}</small></p>
        <p class="record-amount"><${Money} minor=${row.net} /></p>
      </li>`,
    )}
  </ul>`;
}

/** @param {Purchase} row */
function purchaseNotes(row) {
  const notes = [];
  if (row.saved > 0) notes.push(text("ui_note_saved", { saved_minor: row.saved }));
  if (row.earned > 0) notes.push(text("ui_note_earned", { points: row.earned }));
  if (row.used > 0) notes.push(text("ui_note_used", { points: row.used }));
  return notes;
}

/** What is held, by expiry, then every plus and minus with its source. @param {{rows: (HeldLot|Movement)[]}} props */
function PointsRows({ rows }) {
  if (rows.length === 0) return html`<p class="none">${text("ui_no_points_records")}</p>`;
  const held = /** @type {HeldLot[]} */ (rows.filter((row) => row.kind === "lot"));
  const moved = /** @type {Movement[]} */ (rows.filter((row) => row.kind !== "lot"));
  return html`
    ${held.length > 0 ? html`<h2>${text("ui_lots")}</h2><ul>${held.map(lotRow)}</ul>` : null}
    ${moved.length > 0 ? html`<h2>${text("ui_movements")}</h2><ul>${moved.map(movementRow)}</ul>` : null}
  `;
}

/** @param {HeldLot} lot */
function lotRow(lot) {
  const until = lot.expires_on ? text("ui_lot_until", { expires_date: lot.expires_on }) : text("ui_lot_lasting");
  return html`<li>
    <p class="record-when">${day(lot.earned_on)}</p>
    <p class="record-what">${until}</p>
    <p class="record-amount">${number(lot.points)}</p>
  </li>`;
}

/** @param {Movement} row */
function movementRow(row) {
  const used = row.kind === "used";
  return html`<li>
    <p class="record-when">${dated(row.at_ms)}</p>
    <p class="record-what">${text(used ? "ui_movement_used" : "ui_movement_earned")}</p>
    <p class="record-amount ${used ? "minus" : "plus"}">${used ? "−" : "+"}${number(Math.abs(row.points))}</p>
  </li>`;
}
