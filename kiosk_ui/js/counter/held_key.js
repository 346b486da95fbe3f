/**
 * A key that does something may be the first byte of what a reader types, as `+` is before a third track. It waits, and
 * acts when nothing has followed as fast as a machine types.
 */
import { LONGEST_GAP_MS } from "./burst.js";

/** Longer than the gap: keys that reach the page late carry the time at which they were pressed. */
const PATIENCE_MS = 2 * LONGEST_GAP_MS;

export class HeldKey {
  /** @type {{key: string, at: number, act: () => void, timer: number}|null} */
  held = null;

  /** @param {string} key @param {number} at ms, of the events' clock @param {() => void} act */
  hold(key, at, act) {
    this.held = { key, at, act, timer: setTimeout(() => this.letAct(), PATIENCE_MS) };
  }

  letAct() {
    this.take()?.act();
  }

  /** Another key has come: what waited acts now, or was a machine's and is given back. @param {number} at @returns {string} */
  followed(at) {
    if (this.held && at - this.held.at > LONGEST_GAP_MS) this.letAct();
    return this.take()?.key ?? "";
  }

  take() {
    const { held } = this;
    clearTimeout(held?.timer);
    this.held = null;
    return held;
  }
}
