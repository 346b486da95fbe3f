/** When a tap reached the glass: recorded after the frame that shows it, for the benchmark to read. */

const KEPT = 500;

/** @typedef {{tap_id: string, painted_at: number}} Paint `painted_at` is in ms since 1970, by the page's clock. */

/** @type {Paint[]} */
const paints = [];
/** @type {any} */ (window).stillpointPaints = paints;

let lastTap = "";

/** @param {import("./types.js").Tap|null} tap */
export function notePaint(tap) {
  if (!tap || tap.id === lastTap) return;
  lastTap = tap.id;
  const { id } = tap;
  // A frame callback runs before its frame is painted; a task posted from it runs after.
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => record(id);
    channel.port2.postMessage(null);
  });
}

/** @param {string} id */
function record(id) {
  const mark = performance.mark("tap painted");
  performance.clearMarks("tap painted");
  paints.push({ tap_id: id, painted_at: performance.timeOrigin + mark.startTime });
  if (paints.length > KEPT) paints.splice(0, paints.length - KEPT);
  document.body.dataset.paintedTap = id;
}
