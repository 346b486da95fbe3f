/** Tells a scanner that types like a keyboard from a cashier: many characters, no gap as long as a hand needs. */

const LEAST_CHARACTERS = 6;
/** As many as the terminal reads: the three tracks of a stripe are told what they are, a stuck key fills no memory. */
const MOST_CHARACTERS = 4096;
const LONGEST_GAP_MS = 35;

export class Burst {
  typed = "";
  lastAt = -Infinity;

  forget() {
    this.typed = "";
    this.lastAt = -Infinity;
  }

  /** @param {string} character @param {number} at ms, of any steady clock @returns {boolean} whether a burst may begin here */
  press(character, at) {
    const begins = at - this.lastAt > LONGEST_GAP_MS;
    if (begins) this.typed = "";
    if (this.typed.length < MOST_CHARACTERS) this.typed += character;
    this.lastAt = at;
    return begins;
  }

  /** The code that was scanned, if what Enter ends was typed by a machine. @param {number} at @returns {string|null} */
  end(at) {
    const scanned = this.typed.length >= LEAST_CHARACTERS && at - this.lastAt <= LONGEST_GAP_MS;
    const code = this.typed;
    this.forget();
    return scanned ? code : null;
  }
}
