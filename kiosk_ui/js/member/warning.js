/** Nobody has touched the screen for a while: a countdown, and time for those who want it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { html } from "../html.js";
import { number, text } from "../phrases.js";
import { done, moreTime } from "./actions.js";

const MOST_SECONDS = 60;

/** @param {{left: number, heard: number}} props ms until the terminal closes the screen, as told by the message `heard` */
export function Warning({ left, heard }) {
  const until = useMemo(() => performance.now() + left, [heard]);
  const [, tick] = useState(0);
  /** @type {{current: HTMLButtonElement|null}} */
  const more = useRef(null);
  useEffect(() => {
    more.current?.focus();
    const timer = setInterval(() => tick((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.min(MOST_SECONDS, Math.max(0, Math.ceil((until - performance.now()) / 1000)));
  return html`<div class="veil">
    <section class="warning" role="alertdialog" aria-labelledby="still-there">
      <h1 id="still-there">${text("ui_still_there")}</h1>
      <p>${text("ui_closes_in")}</p>
      <p class="seconds" role="timer">${number(seconds)}<small>${text("ui_seconds")}</small></p>
      <button class="primary" data-first ref=${more} onClick=${moreTime}>${text("ui_more_time")}</button>
      <button onClick=${done}>${text("ui_done")}</button>
    </section>
  </div>`;
}
