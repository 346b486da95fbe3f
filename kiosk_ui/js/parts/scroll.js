/** A list that scrolls by touch and by arrow keys; it takes the focus only when there is something to scroll. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "../html.js";

/**
 * @param {object} props
 * @param {string} props.label what the list is, for speech
 * @param {string} [props.class]
 * @param {string|number} [props.follow] when this changes, the end comes into view
 * @param {boolean} [props.controls] it holds controls of its own, which scroll it when focused
 * @param {any} props.children
 */
export function Scroll({ label, class: name = "", follow, controls = false, children }) {
  /** @type {{current: HTMLDivElement|null}} */
  const box = useRef(null);
  const [more, setMore] = useState(false);
  useLayoutEffect(() => {
    const region = /** @type {HTMLDivElement} */ (box.current);
    const measure = () => setMore(region.scrollHeight > region.clientHeight + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(region);
    measure();
    return () => observer.disconnect();
  });
  useLayoutEffect(() => {
    if (follow !== undefined && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow]);
  const focusable = more && !controls ? 0 : undefined;
  return html`<div ref=${box} class="scroll ${name} ${more ? "more" : ""}" role="group" aria-label=${label} tabindex=${focusable} data-scroll>
    ${children}
  </div>`;
}
