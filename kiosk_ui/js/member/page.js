/** Which member screen is drawn, and the frame around all of them. */
import { html } from "../html.js";
import { named, say, text } from "../phrases.js";
import { Clock, DemoRibbon, StatusPill } from "../parts/status.js";
import { Basket } from "./basket.js";
import { Detail } from "./detail.js";
import { Greeting } from "./greeting.js";
import { Idle } from "./idle.js";
import { Connecting, Notice } from "./notice.js";
import { padIsOpen, PinPad } from "./pin_pad.js";
import { Receipt } from "./receipt.js";
import { Warning } from "./warning.js";

/** @typedef {import("../types.js").MemberScreen} MemberScreen */

const SCREENS = { idle: Idle, greeting: Greeting, basket: Basket, receipt: Receipt, notice: Notice };

/** @param {{view: import("../types.js").View|null}} props */
export function MemberPage({ view }) {
  const screen = view?.member_screen;
  const status = view?.status ?? null;
  const warned = typeof screen?.warning_ms === "number";
  return html`
    <div class="page" inert=${warned}>
      <${DemoRibbon} status=${status} />
      <header class="bar">
        <span class="store">${status ? named(status.store.name) || status.store.id : ""}</span>
        <${StatusPill} status=${status} />
        <${Clock} />
      </header>
      ${screen && status ? html`<${Screen} screen=${screen} status=${status} />` : html`<${Connecting} />`}
    </div>
    ${warned ? html`<${Warning} left=${screen.warning_ms} heard=${view?.n} />` : null}
    <p class="unseen" aria-live="polite">${screen ? spoken(screen) : ""}</p>
  `;
}

/** @param {{screen: MemberScreen, status: import("../types.js").Status}} props */
function Screen({ screen, status }) {
  if (screen.pin && padIsOpen(screen.pin)) return html`<${PinPad} pin=${screen.pin} />`;
  if (screen.detail.open && screen.member) return html`<${Detail} detail=${screen.detail} member=${screen.member} />`;
  return html`<${SCREENS[screen.screen]} screen=${screen} status=${status} />`;
}

/** What has changed, for speech: one short sentence. @param {MemberScreen} screen */
function spoken(screen) {
  const { basket, member } = screen;
  const line = basket?.lines.at(-1);
  if (padIsOpen(screen.pin)) return text("ui_pin_enter");
  if (screen.screen === "notice") return say(screen.notice);
  if (screen.screen === "basket" && line) return text("ui_spoken_line", { name: line.name, net_minor: line.net });
  if (screen.screen === "receipt") return text("ui_thanks");
  if (screen.screen === "greeting" && member) {
    return member.balance ? text("ui_spoken_greeting", { name: member.name, total: member.balance.total }) : text("ui_hello", { name: member.name });
  }
  return "";
}
