/** Tells a reader that types like a keyboard from a cashier: many characters, no gap as long as a hand needs. */

const LEAST_CHARACTERS = 6;
/** As many as the terminal reads: the three tracks of a stripe are told what they are, a stuck key fills no memory. */
const MOST_CHARACTERS = 4096;
export const LONGEST_GAP_MS = 35;
/** A hand may type an amount's few digits that fast; the sentinels of a stripe that was not read, such as `%E?`, it does not. */
const NO_AMOUNT = /[^0-9.]/;

export class Burst {
  typed = "";
  lastAt = -Infinity;
  endedAt = -Infinity;

  forget() {
    this.typed = "";
    this.lastAt = -Infinity;
  }

  /** Whether a key comes too soon behind a character for a hand. @param {number} at ms, of any steady clock */
  goesOn(at) {
    return this.typed !== "" && at - this.lastAt <= LONGEST_GAP_MS;
  }

  /** Whether a key comes too soon behind Enter for a hand: readers end each track, an empty one too. @param {number} at */
  trails(at) {
    return at - this.endedAt <= LONGEST_GAP_MS;
  }

  /** @param {string} character @param {number} at @returns {boolean} whether a burst may begin here */
  press(character, at) {
    const begins = !this.goesOn(at);
    if (begins) this.typed = "";
    if (this.typed.length < MOST_CHARACTERS) this.typed += character;
    this.lastAt = at;
    this.endedAt = -Infinity;
    return begins;
  }

  /** The code that was scanned, if what Enter ends was typed by a machine. @param {number} at @returns {string|null} */
  end(at) {
    const code = this.goesOn(at) ? this.typed : "";
    this.forget();
    this.endedAt = at;
    return code.length >= LEAST_CHARACTERS || NO_AMOUNT.test(code) ? code : null;
  }
}
