/** Keys of the member's screen: arrows move the focus; while the pad is open a keyboard's digits belong to it. */
import { moveFocus } from "../focus.js";
import { askPin, pinKey } from "./actions.js";

const PAD_KEYS = { Backspace: "back", Delete: "clear" };

/** @param {KeyboardEvent} event @param {boolean} padOpen */
export function onKey(event, padOpen) {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (padOpen && plain && forPad(event)) event.preventDefault();
  else moveFocus(event);
}

/** @param {KeyboardEvent} event @returns {boolean} whether the key was used */
function forPad({ key, repeat }) {
  if (/^[0-9]$/.test(key)) typed(key);
  else if (key in PAD_KEYS) pinKey(PAD_KEYS[/** @type {keyof typeof PAD_KEYS} */ (key)]);
  else if (key === "Escape") askPin(false);
  else if (key === "Enter" && !repeat && !(document.activeElement instanceof HTMLButtonElement)) pinKey("enter");
  else return false;
  return true;
}

/** Enter belongs to what was typed last, not to the button pressed before it. @param {string} digit */
function typed(digit) {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  pinKey(digit);
}
