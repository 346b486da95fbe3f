/** What a cashier can do. Each deed tells the terminal; the terminal's next view is the truth. */
import { batch } from "@preact/signals";
import { post } from "../api.js";
import { exponent } from "../phrases.js";
import { minorOf } from "./amount.js";
import { code, counter, forgetPayment, pane, parts, remaining, sending, trouble, typed, wanted } from "./state.js";

/** @param {string} path @param {object} body */
async function act(path, body) {
  const problem = await post(`counter/${path}`, body);
  trouble.value = problem;
  return problem;
}

/** @param {string} scanned */
export function scan(scanned) {
  code.value = "";
  return act("scan", { code: scanned });
}

/** What the terminal's own keypad gathered is taken as a code there: the page need not know it. */
export async function enter() {
  trouble.value = await post("keypad", { key: "enter" });
}

/** One more, one less: counted from what was asked for last, so that quick presses add up. @param {number} no @param {number} step */
export function step(no, step) {
  const line = counter.value?.basket.lines.find((candidate) => candidate.no === no);
  if (line) setQuantity(no, (wanted.value.get(no) ?? line.quantity) + step);
}

/** @param {number} no @param {number} quantity 0 takes the line out */
export async function setQuantity(no, quantity) {
  if (quantity < 0) return;
  wanted.value = new Map(wanted.value).set(no, quantity);
  const problem = await act("quantity", { no, quantity });
  if (problem && wanted.value.get(no) === quantity) {
    wanted.value = new Map([...wanted.value].filter(([asked]) => asked !== no));
  }
}

/** @param {string} offer @param {boolean} removed */
export const leaveOut = (offer, removed) => act("offer", { offer, removed });
/** @param {string} code */
export const takeCouponOut = (code) => act("coupon", { code, chosen: false });
export const clearMember = () => act("clear_member", {});
/** @param {boolean} open */
export const askPin = (open) => act("pin", { open });
export const emptyBasket = () => act("empty", {});
export const bringBack = () => act("bring_back", {});
/** The newest receipt, on paper once more. */
export const printAgain = () => act("print_again", {});
export const nextSale = () => act("next", {});

/** @param {import("./state.js").PaneKind} kind */
export function openPane(kind) {
  const now = counter.value;
  if (!now || now.phase === "paid" || sending.value) return;
  if (now.basket.lines.length === 0) {
    trouble.value = { code: "empty_basket" };
    return;
  }
  if (kind === "points" && !now.member) {
    trouble.value = { code: "points_not_a_member" };
    return;
  }
  const taking = pane.value !== null && pane.value !== "points";
  batch(() => {
    pane.value = kind;
    typed.value = "";
    if (kind === "points") parts.value = [];
  });
  if (taking !== (kind !== "points")) act("paying", { on: !taking });
}

export function closePane() {
  if (sending.value) return;
  const taking = pane.value !== null && pane.value !== "points";
  forgetPayment();
  trouble.value = null;
  if (taking) act("paying", { on: false });
}

/** Enter in a pane: use the points, take down a part, or pay. */
export function confirmPane() {
  if (sending.value) return;
  if (pane.value === "points") usePoints(minorOf(typed.value, 0) ?? counter.value?.basket.use.available ?? 0);
  else if (pane.value) takeTender(pane.value, minorOf(typed.value, exponent()) ?? remaining.value);
}

/** @param {number} points */
export async function usePoints(points) {
  const problem = await act("points", { points });
  if (!problem && pane.value === "points") forgetPayment();
}

/** @param {"cash"|"card"|"mobile"} kind @param {number} amount */
export function takeTender(kind, amount) {
  const due = remaining.value;
  if (kind !== "cash" && amount > due) {
    trouble.value = { code: "tender_over", params: { due_minor: due, given_minor: amount } };
    return;
  }
  const all = amount > 0 ? [...parts.value, { kind, amount }] : parts.value;
  if (amount >= due) pay(all);
  else
    batch(() => {
      parts.value = all;
      typed.value = "";
    });
}

/** @param {number} at */
export function dropPart(at) {
  parts.value = parts.value.filter((_, index) => index !== at);
}

/**
 * Pays once: while the answer is out nothing can be pressed, and a repeat carries the same intent.
 * After a yes the page stays so until the terminal draws the receipt.
 * @param {import("../types.js").Tender[]} tenders
 */
async function pay(tenders) {
  if (sending.value || !counter.value) return;
  sending.value = true;
  const problem = await act("pay", { intent: counter.value.intent, tenders });
  if (problem) sending.value = false;
}

/** F10: the member is asked for the PIN, or not any more. */
export function askOrCancelPin() {
  const state = counter.value?.pin?.state;
  if (state === "offered") void askPin(true);
  else if (state === "open" || state === "looking") void askPin(false);
}

/** F9: the basket is emptied, or the one that was emptied comes back. */
export function emptyOrBringBack() {
  const now = counter.value;
  if (!now || now.phase === "paid" || sending.value || pane.value) return;
  if (now.basket.lines.length > 0) void emptyBasket();
  else if (now.set_aside) void bringBack();
}
