/** How the terminal stands: a calm pill, the time, and a ribbon where nothing is real. */
import { useEffect, useState } from "preact/hooks";
import { html } from "../html.js";
import { clockTime, text } from "../phrases.js";
import { connection } from "../stream.js";

/** @param {{status: import("../types.js").Status|null}} props */
export function StatusPill({ status }) {
  const [state, words] = standing(status);
  return html`<span class="pill ${state}" role="status"><i class="dot"></i><span>${words}</span></span>`;
}

/** @param {import("../types.js").Status|null} status @returns {[string, string]} */
function standing(status) {
  if (!status || connection.value !== "open") return ["connecting", text("connecting")];
  if (status.online) return ["online", text("online")];
  return ["offline", text("offline", { waiting: status.waiting })];
}

export function Clock() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<time class="clock">${clockTime(now)}</time>`;
}

/** @param {{status: import("../types.js").Status|null}} props */
export function DemoRibbon({ status }) {
  return status?.demo ? html`<p class="demo">${text("ui_demo")}</p>` : null;
}
