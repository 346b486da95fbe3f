/** Typed amounts: from keys to minor units, by digits alone, and the notes that a customer is likely to hand over. */

const MOST_WHOLE_DIGITS = 8;
const NOTES = { CNY: [10, 20, 50, 100], JPY: [1000, 5000, 10000] };
const QUICK = 3;

/**
 * The text after one more key; a key that would make no amount changes nothing.
 * @param {string} typed @param {string} key a digit, "." or "Backspace" @param {number} exponent digits after the point
 */
export function afterKey(typed, key, exponent) {
  if (key === "Backspace") return typed.slice(0, -1);
  if (key === ".") return exponent === 0 || typed.includes(".") ? typed : `${typed || "0"}.`;
  if (!/^[0-9]$/.test(key)) return typed;
  const next = typed === "0" ? key : typed + key;
  const [whole, fraction = ""] = next.split(".");
  return whole.length > MOST_WHOLE_DIGITS || fraction.length > exponent ? typed : next;
}

/** Minor units, or null where nothing is typed. @param {string} typed @param {number} exponent */
export function minorOf(typed, exponent) {
  if (typed === "") return null;
  const [whole, fraction = ""] = typed.split(".");
  return Number(whole + fraction.padEnd(exponent, "0"));
}

/**
 * Round amounts above what is due, smallest first.
 * @param {number} due @param {string} currency @param {number} exponent @returns {number[]}
 */
export function quickAmounts(due, currency, exponent) {
  const notes = NOTES[/** @type {keyof typeof NOTES} */ (currency)] ?? NOTES.CNY;
  const amounts = notes.map((note) => {
    const minor = note * 10 ** exponent;
    return (Math.floor(due / minor) + 1) * minor;
  });
  return [...new Set(amounts)].sort((a, b) => a - b).slice(0, QUICK);
}
