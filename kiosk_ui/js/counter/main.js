/** The counter: draws the view that the terminal sends, at once, and catches every key. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { html } from "../html.js";
import { notePaint } from "../painted.js";
import { fitPanel, speak } from "../panel.js";
import { shop } from "../phrases.js";
import { listen } from "../stream.js";
import { onKey } from "./keys.js";
import { rememberedLanguage } from "./header.js";
import { CounterPage } from "./page.js";
import { take, view } from "./state.js";

/** @param {import("../types.js").View} next */
function show(next) {
  const { currency, zone } = next.status;
  if (currency !== shop.value.currency || zone !== shop.value.zone) shop.value = { currency, zone };
  take(next);
  notePaint(next.tap);
}

speak(rememberedLanguage());
fitPanel();
effect(() => render(html`<${CounterPage} view=${view.value} />`, document.body));
document.addEventListener("keydown", onKey);
listen("counter", show);
