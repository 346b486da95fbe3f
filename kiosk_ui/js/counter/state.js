/** What the counter page knows: the terminal's view, and what the cashier is in the middle of typing. */
import { computed, signal } from "@preact/signals";

/** @typedef {import("../types.js").Phrase} Phrase */
/** @typedef {import("../types.js").Tender} Tender */
/** @typedef {Tender["kind"]|"points"} PaneKind */

/** @type {import("@preact/signals").Signal<import("../types.js").View|null>} */
export const view = signal(null);
/** The pane that is open at the right. @type {import("@preact/signals").Signal<PaneKind|null>} */
export const pane = signal(null);
/** Characters in the scan field. */
export const code = signal("");
/** The amount or the points typed in a pane; empty means the proposal. */
export const typed = signal("");
/** Parts of the payment already taken down. @type {import("@preact/signals").Signal<Tender[]>} */
export const parts = signal([]);
/** A payment is on its way: nothing may be pressed twice. */
export const sending = signal(false);
/** What this page was refused, until the next thing works. @type {import("@preact/signals").Signal<Phrase|null>} */
export const trouble = signal(null);
/** Quantities asked for and not yet drawn by the terminal. @type {import("@preact/signals").Signal<ReadonlyMap<number, number>>} */
export const wanted = signal(new Map());

export const counter = computed(() => view.value?.counter ?? null);

/** What is left to pay with the chosen tender; cash alone is rounded as the programme says. */
export const remaining = computed(() => {
  const basket = counter.value?.basket;
  if (!basket) return 0;
  if (pane.value === "cash" && parts.value.length === 0) return basket.cash_due;
  return basket.due - parts.value.reduce((sum, part) => sum + part.amount, 0);
});

/** Forgets what was being typed for the sale at hand. */
export function forgetPayment() {
  pane.value = null;
  typed.value = "";
  parts.value = [];
  sending.value = false;
}

/** Takes the terminal's view, and lets go of what it settles. @param {import("../types.js").View} next */
export function take(next) {
  const before = counter.value;
  const now = next.counter;
  if (now && before) {
    const nextSale = now.intent !== before.intent || now.phase === "paid";
    const reopened = before.phase === "paying" && now.phase === "open" && pane.value !== "points";
    if (nextSale || reopened) forgetPayment();
    if (nextSale) trouble.value = null;
  }
  if (now && wanted.value.size > 0) {
    const drawn = new Map(now.basket.lines.map((line) => [line.no, line.quantity]));
    wanted.value = new Map([...wanted.value].filter(([no, quantity]) => drawn.has(no) && drawn.get(no) !== quantity));
  }
  view.value = next;
}
