/** The one stream of state: the whole view arrives on every change. Reconnects for ever and tells how it stands. */
import { signal } from "@preact/signals";

const RETRY_MS = [250, 500, 1000, 2000, 4000];
/** A terminal that answers but refuses the stream has started anew: the page must be fetched anew too. */
const REFUSALS_BEFORE_RELOAD = 3;
/** Personal data may stay this long on a screen that no longer hears from the terminal. */
const LOST_AFTER_MS = 3000;

/** `connecting`: not (or not yet) connected; `lost`: for so long that what is drawn must not be trusted. */
/** @typedef {"open"|"connecting"|"lost"} Connection */
/** @type {import("@preact/signals").Signal<Connection>} */
export const connection = signal("connecting");

/** @param {"member"|"counter"} view @param {(view: import("./types.js").View) => void} show */
export function listen(view, show) {
  const address = new URL(`/api/v1/stream?view=${view}`, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  let failures = 0;
  let lostTimer = startLostTimer();

  function open() {
    const socket = new WebSocket(address);
    socket.onmessage = (event) => {
      failures = 0;
      clearTimeout(lostTimer);
      connection.value = "open";
      show(JSON.parse(event.data));
    };
    socket.onclose = async () => {
      if (connection.value === "open") lostTimer = startLostTimer();
      const longest = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
      failures += 1;
      if (failures > REFUSALS_BEFORE_RELOAD && (await answers())) location.reload();
      else setTimeout(open, longest / 2 + (Math.random() * longest) / 2);
    };
  }
  open();
}

/** Whether the terminal is there at all. */
async function answers() {
  try {
    return (await fetch("/health", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

function startLostTimer() {
  connection.value = "connecting";
  return setTimeout(() => {
    connection.value = "lost";
  }, LOST_AFTER_MS);
}
