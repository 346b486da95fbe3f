/**
 * Every key of the counter. Keys are caught for the whole page, not by a field with the focus: a scanner that types is
 * heard in any state, and an input method cannot swallow its digits.
 */
import { moveFocus } from "../focus.js";
import { exponent } from "../phrases.js";
import { askOrCancelPin, closePane, clearMember, confirmPane, emptyOrBringBack, nextSale, openPane, printAgain, scan, setQuantity, step } from "./actions.js";
import { afterKey } from "./amount.js";
import { Burst } from "./burst.js";
import { code, counter, pane, sending, trouble, typed } from "./state.js";

const LONGEST_CODE = 128;

/** @type {{[key: string]: () => void}} */
const FUNCTION_KEYS = {
  F2: () => openPane("cash"),
  F3: () => openPane("card"),
  F4: () => openPane("mobile"),
  F6: () => openPane("points"),
  F7: () => void printAgain(),
  F8: () => void clearMember(),
  F9: emptyOrBringBack,
  F10: askOrCancelPin,
};

const burst = new Burst();
let beforeBurst = "";

/** @param {KeyboardEvent} event */
export function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key in FUNCTION_KEYS) {
    event.preventDefault();
    if (!event.repeat) FUNCTION_KEYS[event.key]();
  } else if (event.key === "Enter") onEnter(event);
  else if (event.key === "Escape") onEscape();
  else if (event.key === "Backspace" || event.key === "Delete") type("Backspace");
  else if (event.key.length === 1 && event.key !== " ") onCharacter(event);
  else moveFocus(event);
}

/** @param {KeyboardEvent} event */
function onCharacter(event) {
  const { key } = event;
  const idle = pane.value === null && code.value === "";
  if (idle && (key === "+" || key === "-")) return stepChosen(key === "+" ? 1 : -1);
  if (key === "*" && pane.value === null && /^[0-9]{1,4}$/.test(code.value)) return multiplyChosen();
  if (burst.press(key, event.timeStamp)) beforeBurst = pane.value ? typed.value : code.value;
  // Enter belongs to what was typed last, not to the button pressed before it.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  type(key);
}

/** @param {string} key */
function type(key) {
  if (sending.value) return;
  if (pane.value) typed.value = afterKey(typed.value, key, pane.value === "points" ? 0 : exponent());
  else if (key === "Backspace") code.value = code.value.slice(0, -1);
  else if (code.value.length < LONGEST_CODE) code.value += key;
}

/** @param {KeyboardEvent} event */
function onEnter(event) {
  const scanned = burst.end(event.timeStamp);
  if (scanned !== null) {
    event.preventDefault();
    if (pane.value) typed.value = beforeBurst;
    scan(scanned);
  } else if (pane.value === null && code.value !== "") {
    event.preventDefault();
    scan(code.value);
  } else if (!(document.activeElement instanceof HTMLButtonElement) && !event.repeat) {
    if (pane.value) confirmPane();
    else if (counter.value?.phase === "paid") nextSale();
  }
}

function onEscape() {
  burst.forget();
  if (code.value !== "") code.value = "";
  else if (pane.value) closePane();
  else trouble.value = null;
}

/** The line that + and − mean: the one with the focus, else the one scanned last. */
function chosen() {
  const focused = document.activeElement?.closest("[data-line]");
  if (focused instanceof HTMLElement) return Number(focused.dataset.line);
  const now = counter.value;
  return now?.phase === "open" ? (now.last_scan?.no ?? now.basket.lines.at(-1)?.no) : undefined;
}

/** @param {number} by */
function stepChosen(by) {
  const no = chosen();
  if (no !== undefined) step(no, by);
}

/** "3 *": three of the line scanned last. */
function multiplyChosen() {
  const no = chosen();
  if (no !== undefined) setQuantity(no, Number(code.value));
  code.value = "";
  burst.forget();
}
