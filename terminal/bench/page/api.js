/** What the bench process knows and does. */
import { signal } from "@preact/signals";

const POLL_MS = 1000;

/**
 * @typedef {object} State
 * @property {boolean} line
 * @property {boolean} power
 * @property {{name: string, running: boolean}[]} parts
 * @property {{member: string, counter: string, status: string}} links
 * @property {string|null} paper the name of the newest receipt's picture
 * @property {string[]} log
 *
 * @typedef {{[language: string]: string}} Localized
 * @typedef {{uid: string, name: string, tier: string|null, tier_name: Localized, home_store: string|null, note: Localized|string|null, pin: string|null, card?: string}} Card
 * @typedef {{gtin: string, name: Localized, price: number, category: string}} Product
 */

/** Null before the first answer. @type {import("@preact/signals").Signal<State|null>} */
export const state = signal(null);
export const answering = signal(true);
/** @type {import("@preact/signals").Signal<Card[]>} */
export const cards = signal([]);
/** @type {import("@preact/signals").Signal<Product[]>} */
export const products = signal([]);
/** What the last action was refused with. */
export const trouble = signal("");

/** Polls for ever; cards and products are asked for once. */
export async function follow() {
  await refresh();
  if (answering.value && cards.value.length === 0) {
    cards.value = (await read("cards")) ?? [];
    products.value = (await read("products")) ?? [];
  }
  setTimeout(follow, POLL_MS);
}

async function refresh() {
  const next = await read("state");
  answering.value = next !== null;
  if (next !== null) state.value = next;
}

/** @param {string} what @returns {Promise<any>} null when nothing answers */
async function read(what) {
  try {
    const answer = await fetch(`/api/${what}`, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** @param {string} what @param {object} [body] */
export async function act(what, body = {}) {
  trouble.value = "";
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(`/api/${what}`, request);
    if (!answer.ok) trouble.value = (await answer.json()).error?.message ?? `${answer.status}`;
  } catch (error) {
    trouble.value = String(error);
  }
  await refresh();
}
