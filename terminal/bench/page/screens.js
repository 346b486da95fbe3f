/** The member screen and the counter as they are on their panels, drawn smaller. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { language } from "/ui/js/phrases.js";
import { word } from "./words.js";

const PANEL = { width: 1280, height: 800 };

/** @param {{links: {member: string, counter: string}}} props */
export function Screens({ links }) {
  const lang = language.value;
  return html`<section class="screens">
    <${Panel} name=${word("member")} address=${links.member} />
    <${Panel} name=${word("counter")} address=${`${links.counter}?lang=${lang}`} />
  </section>`;
}

/** @param {{name: string, address: string}} props */
function Panel({ name, address }) {
  /** @type {{current: HTMLDivElement|null}} */
  const room = useRef(null);
  const [again, setAgain] = useState(0);
  useLayoutEffect(() => {
    const box = /** @type {HTMLDivElement} */ (room.current);
    const fit = () => box.style.setProperty("--scale", String(box.clientWidth / PANEL.width));
    const observer = new ResizeObserver(fit);
    observer.observe(box);
    fit();
    return () => observer.disconnect();
  }, []);
  return html`<figure>
    <figcaption>${name}<button class="plain" onClick=${() => setAgain(again + 1)}>${word("reload")}</button></figcaption>
    <div class="panel" ref=${room}><iframe key=${again} src=${address} title=${name} width=${PANEL.width} height=${PANEL.height}></iframe></div>
  </figure>`;
}
