/** Nobody is here: the invitation to tap, and what the shop offers today. */
import { html } from "../html.js";
import { text } from "../phrases.js";
import { Languages } from "./actions.js";
import { Offers } from "./offers.js";

/** @param {{screen: import("../types.js").MemberScreen, status: import("../types.js").Status}} props */
export function Idle({ screen, status }) {
  const readers = status.devices.filter((device) => device.kind === "card_reader");
  const deaf = readers.length > 0 && readers.every((reader) => reader.state !== "ready");
  return html`<main class="idle">
    <section class="invitation">
      <${TapDrawing} still=${deaf} />
      <h1>${text(deaf ? "ui_reader_away" : "ui_tap_card")}</h1>
      <p>${text(deaf ? "ui_ask_cashier" : "ui_tap_why")}</p>
    </section>
    <section class="today">
      <h2>${text("ui_today")}</h2>
      <${Offers} offers=${screen.offers} />
      <${Languages} />
    </section>
  </main>`;
}

/** A card that nears a reader. @param {{still: boolean}} props */
function TapDrawing({ still }) {
  return html`<svg class=${still ? "tap-drawing still" : "tap-drawing"} viewBox=${still ? "0 20 140 106" : "0 0 240 150"} aria-hidden="true">
    <path class="wave" d="M136 118a44 44 0 000-86" />
    <path class="wave" d="M154 138a66 66 0 000-126" />
    <g class="tap-card">
      <rect x="14" y="36" width="112" height="74" rx="10" />
      <path d="M14 60h112" />
      <path d="M28 88h34" />
    </g>
  </svg>`;
}
