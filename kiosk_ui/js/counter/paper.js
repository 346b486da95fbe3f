/** The newest receipt's paper: what became of it, and the way to print it once more. */
import { html } from "../html.js";
import { say, text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { printAgain } from "./actions.js";

/** @typedef {import("../types.js").Paper} Paper */

/** At the end of a sale. @param {{paper: Paper|null|undefined}} props */
export function PaperLine({ paper }) {
  if (!paper || paper.trouble) return null;
  const [none, printed] = [paper.fate === "none", paper.fate === "printed"];
  return html`<p class="paper">
    <span>${none ? "" : text(printed ? "ui_paper_printed" : "ui_paper_waiting")}</span>
    <button class="quiet" onClick=${printAgain}>${text(none ? "ui_paper_none" : "ui_print_again")}<kbd>F7</kbd></button>
  </p>`;
}

/** Whatever is on the screen: somebody should look. @param {{paper: Paper|null|undefined}} props */
export function PaperTrouble({ paper }) {
  if (!paper?.trouble) return null;
  return html`<p class="notice-bar device">
    <${Icon} name="info" /><span>${say(paper.trouble)}</span>
    <button class="quiet" onClick=${printAgain}>${text("ui_print_again")}<kbd>F7</kbd></button>
  </p>`;
}
