/** What an eye would see, measured in the page: each function returns the faults it finds as sentences. */
(() => {
  const CLOSE_ENOUGH_PX = 1.5;

  /** Texts that somebody sees now, with their boxes. */
  function texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      const seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      if (!node.data.trim() || !seen || element.closest("[inert], .unseen")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      found.push({ element, words: node.data.trim(), boxes: [...range.getClientRects()].filter((box) => box.width > 0) });
    }
    return found;
  }

  const style = (element) => getComputedStyle(element);
  const mm = () => parseFloat(style(document.documentElement).fontSize) / 2.712;
  const shortens = (element) => style(element).textOverflow === "ellipsis" || style(element).webkitLineClamp !== "none";
  const scrolls = (element) => ["auto", "scroll"].includes(style(element).overflowY);
  const clips = (element) => style(element).overflowX !== "visible" || style(element).overflowY !== "visible";

  function ancestors(element) {
    const chain = [];
    for (let at = element; at && at !== document.body; at = at.parentElement) chain.push(at);
    return chain;
  }

  /** Elements whose content is wider than they are, where it is not meant to be shortened. */
  function tooWide() {
    const all = [document.scrollingElement, ...document.querySelectorAll("button, .scroll, main, header, section, aside, p, dl")];
    return all
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && style(element).display !== "inline")
      .filter((element) => !element.closest(".unseen") && !shortens(element))
      .map((element) => `${element.tagName}.${element.className} is ${element.scrollWidth} wide in ${element.clientWidth}`);
  }

  /** Texts cut by the screen's edge or by a box that neither scrolls nor shortens them on purpose. */
  function cut() {
    return texts().flatMap(({ element, words, boxes }) => {
      const chain = ancestors(element);
      if (chain.some(shortens)) return [];
      const scroller = chain.find(scrolls);
      const box = chain.find((ancestor) => clips(ancestor) && !scrolls(ancestor));
      const frame = (box ?? document.documentElement).getBoundingClientRect();
      const room = Math.max(CLOSE_ENOUGH_PX, parseFloat(style(element).fontSize) * 0.25);
      const out = boxes.some((text) => {
        const across = text.left < frame.left - CLOSE_ENOUGH_PX || text.right > frame.right + CLOSE_ENOUGH_PX;
        const down = !scroller && (text.top < frame.top - room || text.bottom > Math.min(frame.bottom, innerHeight) + room);
        return across || down;
      });
      return out ? [`cut: ${words}`] : [];
    });
  }

  /** The part of a text's box that nothing hides. */
  function inSight(element, box) {
    const slack = box.height * 0.22;
    const seen = { left: box.left, right: box.right, top: box.top + slack, bottom: box.bottom - slack };
    for (const frame of ancestors(element).filter(clips).map((ancestor) => ancestor.getBoundingClientRect())) {
      seen.left = Math.max(seen.left, frame.left);
      seen.right = Math.min(seen.right, frame.right);
      seen.top = Math.max(seen.top, frame.top);
      seen.bottom = Math.min(seen.bottom, frame.bottom);
    }
    return seen.right - seen.left > 2 && seen.bottom - seen.top > 2 ? seen : null;
  }

  /** Texts that lie on each other. */
  function overlapping() {
    const seen = texts().flatMap(({ element, words, boxes }) =>
      boxes.map((box) => ({ element, words, box: inSight(element, box) })).filter(({ box }) => box),
    );
    const faults = [];
    seen.forEach((one, at) => {
      for (const other of seen.slice(at + 1)) {
        if (one.element === other.element) continue;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (wide > 2 && high > 2) faults.push(`on each other: ${one.words} / ${other.words}`);
      }
    });
    return faults;
  }

  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);

  function over(top, below) {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((at) => top[at] * alpha + below[at] * (1 - alpha));
  }

  function background(element) {
    const layers = ancestors(element).concat(document.body).map((at) => channels(style(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  }

  function luminance(colour) {
    const [red, green, blue] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** Texts that stand out less than `least` to 1; what cannot be pressed now may stand back. */
  function faint(least) {
    return texts().flatMap(({ element, words }) => {
      if (element.closest(":disabled")) return [];
      const below = background(element);
      const [light, dark] = [luminance(over(channels(style(element).color), below)), luminance(below)].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      return ratio < least ? [`${ratio.toFixed(2)}:1 ${words}`] : [];
    });
  }

  /** Controls that match `selector` and are smaller than `leastMm` either way, or `leastPx`. */
  function small(selector, leastMm, leastPx = 0) {
    const least = Math.max(leastMm * mm(), leastPx) - 0.5;
    return [...document.querySelectorAll(selector)]
      .filter((control) => !control.closest("[inert]"))
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < least || box.height < least))
      .map(({ control, box }) => `${control.textContent.trim()} is ${box.width} × ${box.height} px, at least ${least}`);
  }

  /** Texts matching `selector` whose capitals are lower than `leastMm`. */
  function low(selector, leastMm) {
    const capitals = 0.733; // of the type size, in Noto Sans CJK
    return [...document.querySelectorAll(selector)]
      .map((element) => ({ element, high: (parseFloat(style(element).fontSize) * capitals) / mm() }))
      .filter(({ high }) => high < leastMm)
      .map(({ element, high }) => `${element.textContent}: capitals of ${high.toFixed(1)} mm`);
  }

  return { tooWide, cut, overlapping, faint, small, low };
})()
