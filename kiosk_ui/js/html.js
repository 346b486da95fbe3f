/** Templates without a build step: `html` turns a tagged template into Preact elements. */
import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
