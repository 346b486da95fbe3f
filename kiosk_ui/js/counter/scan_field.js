/**
 * Shows what is typed or scanned. It never needs the focus: the page catches the keys. More digits than a product has may
 * be a bank card's, and are dots.
 */
import { html } from "../html.js";
import { text } from "../phrases.js";
import { Icon } from "../parts/icons.js";
import { enter, scan } from "./actions.js";
import { code, counter } from "./state.js";

const NO_PRODUCT = /[0-9]{15}/;

export function ScanField() {
  const shown = NO_PRODUCT.test(code.value) ? "•".repeat(code.value.length) : code.value;
  const typed = shown || (counter.value?.entry ?? "");
  return html`<div class="scan-field">
    <${Icon} name="scan" />
    <output class=${typed ? "code" : "code empty"}>${typed || text("ui_scan_or_type")}</output>
    ${typed ? html`<button class="quiet" onClick=${code.value ? () => scan(code.value) : enter}>${text("ui_add")}<kbd>Enter</kbd></button>` : null}
  </div>`;
}
