/** Line drawings of 24 units, drawn in the colour of the text. They say nothing that the words beside them do not. */
import { html } from "../html.js";

const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  minus: "M6 12h12",
  plus: "M6 12h12M12 6v12",
  close: "M7 7l10 10M17 7L7 17",
  erase: "M9 6h10v12H9l-5-6zM12 10l4 4M16 10l-4 4",
  card: "M3.5 6.5h17v11h-17zM3.5 10.5h17M7 14.5h4",
  cash: "M3 7h18v10H3zM12 14.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5M6 10v4M18 10v4",
  mobile: "M7.5 3.5h9v17h-9zM11 17.5h2",
  points: "M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z",
  person: "M12 12a4 4 0 100-8 4 4 0 000 8M4.5 20c.8-4 4-5.5 7.5-5.5s6.7 1.5 7.5 5.5",
  scan: "M4 8V5h3M17 5h3v3M20 16v3h-3M7 19H4v-3M8 9v6M11 9v6M13.5 9v6M16 9v6",
  tag: "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
  info: "M12 21a9 9 0 100-18 9 9 0 000 18M12 11v5.5M12 7.8v.01",
  undo: "M9 6L4.5 10.5 9 15M5 10.5h9a5 5 0 010 10h-3",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18M12 7v5.5l3.5 2",
};

/** @param {{name: keyof typeof PATHS}} props */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
