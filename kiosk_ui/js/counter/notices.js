/** Sentences for the cashier: what was refused, what the terminal has to say, which device is away. */
import { html } from "../html.js";
import { say, sayAtCounter, text } from "../phrases.js";
import { connection } from "../stream.js";
import { Icon } from "../parts/icons.js";
import { askPin } from "./actions.js";
import { PaperTrouble } from "./paper.js";
import { trouble } from "./state.js";

/** @param {{counter: import("../types.js").Counter, status: import("../types.js").Status}} props */
export function Notices({ counter, status }) {
  const away = status.devices.filter((device) => device.state === "missing" || device.state === "failed");
  const asked = trouble.value ?? counter.notice;
  return html`
    <div class="notices" role="status">
      ${connection.value === "lost" ? html`<p class="notice-bar">${text("ui_reconnecting")}</p>` : null}
      ${asked ? html`<p class="notice-bar asked"><${Icon} name="info" /><span>${sayAtCounter(asked)}</span>${wayOut(asked, counter)}${closable()}</p>` : null}
      ${status.notice ? html`<p class=${status.storage === "ok" ? "notice-bar" : "notice-bar asked"}><${Icon} name="info" /><span>${say(status.notice)}</span></p>` : null}
      <${PaperTrouble} paper=${counter.paper} />
      ${away.map((device) => html`<p class="notice-bar device" key=${device.device}><b>${kindWords(device)}</b><span>${deviceWords(device)}</span></p>`)}
    </div>
  `;
}

/** The kind of a device; plug-ins bring kinds that have no word here. @param {import("../types.js").DeviceStatus} device */
function kindWords(device) {
  const words = text(`ui_kind_${device.kind}`);
  return words.startsWith("ui_kind_") ? text("ui_kind_other") : words;
}

/** The sentence of a device may name it. @param {import("../types.js").DeviceStatus} device */
function deviceWords({ device, phrase }) {
  return say({ ...phrase, params: { device, ...phrase.params } });
}

/** A refusal for want of the PIN can be helped at once. @param {import("../types.js").Phrase} asked @param {import("../types.js").Counter} counter */
function wayOut(asked, counter) {
  if (asked.code !== "proof_pin" || counter.pin?.state !== "offered") return null;
  return html`<button onClick=${() => askPin(true)}>${text("ui_ask_pin")}<kbd>F10</kbd></button>`;
}

/** Only what this page was told can be put away by it. */
function closable() {
  if (!trouble.value) return null;
  const close = () => {
    trouble.value = null;
  };
  return html`<button class="quiet" aria-label=${text("ui_close")} onClick=${close}><${Icon} name="close" /><kbd>Esc</kbd></button>`;
}
