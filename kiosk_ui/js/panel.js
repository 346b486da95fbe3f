/** What the page's address may set: `?mm=6.6` pixels of this panel for each millimetre, `?lang=en` the first language. */
import { language, nearest } from "./phrases.js";

const PIXELS_PER_MM = { least: 3, most: 16 };

export function fitPanel() {
  const wanted = new URLSearchParams(location.search);
  const mm = Number(wanted.get("mm"));
  if (mm >= PIXELS_PER_MM.least && mm <= PIXELS_PER_MM.most) {
    document.documentElement.style.setProperty("--mm", `${mm}px`);
  }
  const tag = wanted.get("lang");
  if (tag) speak(tag);
}

/** Sets the language of the page. @param {string} tag */
export function speak(tag) {
  language.value = nearest(tag);
  document.documentElement.lang = language.value;
}
