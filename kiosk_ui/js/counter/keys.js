/**
 * Every key of the counter. Keys are caught for the whole page, not by a field with the focus: a scanner that types is
 * heard in any state, and an input method cannot swallow its digits. No byte that a reader types does what its key does:
 * a key that comes behind another as fast as that is text, and one that may be the first of such waits a moment.
 */
import { moveFocus } from "../focus.js";
import { exponent } from "../phrases.js";
import { askOrCancelPin, closePane, clearMember, confirmPane, emptyOrBringBack, nextSale, openPane, printAgain, scan, setQuantity, step } from "./actions.js";
import { afterKey } from "./amount.js";
import { Burst } from "./burst.js";
import { HeldKey } from "./held_key.js";
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

/** Pressed for another key; nothing by themselves. */
const SHIFTS = new Set(["Shift", "AltGraph"]);

const burst = new Burst();
const waiting = new HeldKey();
let beforeBurst = "";

/** @param {KeyboardEvent} event */
export function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || SHIFTS.has(event.key)) return;
  const first = waiting.followed(event.timeStamp);
  if (first.length === 1) type(first);
  if (event.key in FUNCTION_KEYS) {
    event.preventDefault();
    if (!event.repeat) FUNCTION_KEYS[event.key]();
  } else if (event.key === "Enter") onEnter(event);
  else if (event.key === "Escape") onEscape();
  else if (event.key === "Backspace" || event.key === "Delete") type("Backspace");
  else if (event.key.length === 1 && isText(event)) onCharacter(event);
  else moveFocus(event);
}

/** A space by itself presses a button; within what a reader types it is a character. @param {KeyboardEvent} event */
function isText(event) {
  if (event.key !== " ") return true;
  if (!burst.goesOn(event.timeStamp)) return false;
  event.preventDefault();
  return true;
}

/** @param {KeyboardEvent} event */
function onCharacter(event) {
  const { key, repeat, timeStamp } = event;
  const deed = deedOf(key);
  if (deed && repeat) return deed();
  const begins = burst.press(key, timeStamp);
  if (begins) beforeBurst = pane.value ? typed.value : code.value;
  if (deed && begins) return waiting.hold(key, timeStamp, () => (burst.forget(), deed()));
  // Enter belongs to what was typed last, not to the button pressed before it.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  type(key);
}

/** What a sign does that is no part of a code. @param {string} key @returns {(() => void)|null} */
function deedOf(key) {
  if (pane.value !== null) return null;
  if (key === "*" && /^[0-9]{1,4}$/.test(code.value)) return multiplyChosen;
  if (code.value !== "" || (key !== "+" && key !== "-")) return null;
  const no = chosen();
  return () => no !== undefined && step(no, key === "+" ? 1 : -1);
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
  if (event.repeat) return;
  const trails = burst.trails(event.timeStamp);
  const scanned = burst.end(event.timeStamp);
  event.preventDefault();
  if (scanned !== null) {
    if (pane.value) typed.value = beforeBurst;
    scan(scanned);
  } else if (pane.value === null && code.value !== "") scan(code.value);
  else if (!trails) waiting.hold("Enter", event.timeStamp, pressed());
}

/** What Enter does: it presses the button that has the focus, else it confirms what is open at this moment. */
function pressed() {
  const focused = document.activeElement;
  const open = pane.value;
  if (focused instanceof HTMLButtonElement && !focused.disabled) return () => !focused.closest("[inert]") && focused.click();
  if (open !== null && !sending.value) return () => pane.value === open && confirmPane();
  return open === null && counter.value?.phase === "paid" ? nextSale : () => {};
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

/** "3 *": three of the line scanned last. */
function multiplyChosen() {
  const no = chosen();
  if (no !== undefined) setQuantity(no, Number(code.value));
  code.value = "";
}
