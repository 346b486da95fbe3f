/** The member screen: draws the view that the terminal sends, at once, and tells when a tap was painted. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { html } from "../html.js";
import { notePaint } from "../painted.js";
import { fitPanel, speak } from "../panel.js";
import { shop } from "../phrases.js";
import { connection, listen } from "../stream.js";
import { onKey } from "./keys.js";
import { MemberPage } from "./page.js";
import { padIsOpen } from "./pin_pad.js";

/** @type {import("@preact/signals").Signal<import("../types.js").View|null>} */
const view = signal(null);

/** @param {import("../types.js").View} next */
function show(next) {
  const { currency, zone } = next.status;
  if (currency !== shop.value.currency || zone !== shop.value.zone) shop.value = { currency, zone };
  if (next.member_screen) speak(next.member_screen.language);
  view.value = next;
  notePaint(next.tap);
}

fitPanel();
effect(() => {
  // What is no longer kept current may belong to a member who has left.
  const current = connection.value === "lost" ? null : view.value;
  render(html`<${MemberPage} view=${current} />`, document.body);
});
document.addEventListener("keydown", (event) => onKey(event, padIsOpen(view.value?.member_screen?.pin)));
listen("member", show);
