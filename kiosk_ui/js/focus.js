/**
 * Arrow keys move the focus to the nearest control in that direction; Enter presses it, as buttons do by themselves.
 * Inside a scrolled list the next control of the list comes first; a focused text region scrolls before it is left.
 */

/** @typedef {"ArrowUp"|"ArrowDown"|"ArrowLeft"|"ArrowRight"} Arrow */

const CONTROLS = 'button:not(:disabled), a[href], input:not(:disabled), [tabindex="0"]';
const ASIDE_COSTS = 3;
const SLACK_PX = 2;

/** @param {KeyboardEvent} event @returns {boolean} whether the key was used */
export function moveFocus(event) {
  if (!event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return false;
  const arrow = /** @type {Arrow} */ (event.key);
  event.preventDefault();
  const from = document.activeElement;
  if (!(from instanceof HTMLElement) || !from.matches(CONTROLS) || from.closest("[inert]")) first()?.focus();
  else if (!scrolled(from, arrow)) nearestTo(from, arrow)?.focus();
  return true;
}

/** The control to begin with: the one marked so, else the first that can be seen. */
function first() {
  const all = seen(document.body);
  return all.find((control) => "first" in control.dataset) ?? all[0];
}

/** @param {Element} root @returns {HTMLElement[]} */
function seen(root) {
  const found = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(CONTROLS)]);
  return found.filter((control) => !control.closest("[inert]") && control.getClientRects().length > 0);
}

/** Scrolls a region that has the focus by most of its height, as long as there is more. @param {HTMLElement} region @param {Arrow} arrow */
function scrolled(region, arrow) {
  if (!("scroll" in region.dataset) || arrow === "ArrowLeft" || arrow === "ArrowRight") return false;
  const down = arrow === "ArrowDown";
  const rest = region.scrollHeight - region.clientHeight - region.scrollTop;
  if (down ? rest < 2 : region.scrollTop < 1) return false;
  region.scrollBy({ top: region.clientHeight * (down ? 0.8 : -0.8), behavior: "instant" });
  return true;
}

/** @param {HTMLElement} from @param {Arrow} arrow */
function nearestTo(from, arrow) {
  const list = from.parentElement?.closest("[data-scroll]") ?? null;
  const inList = list && best(from, seen(list), arrow);
  return inList ?? best(from, seen(document.body).filter((control) => inSight(control)), arrow);
}

/** Not scrolled out of its list. @param {HTMLElement} control */
function inSight(control) {
  const list = control.parentElement?.closest("[data-scroll]");
  if (!list) return true;
  const box = list.getBoundingClientRect();
  const own = control.getBoundingClientRect();
  return own.bottom > box.top && own.top < box.bottom;
}

/** @param {HTMLElement} from @param {HTMLElement[]} candidates @param {Arrow} arrow @returns {HTMLElement|undefined} */
function best(from, candidates, arrow) {
  const start = along(from, arrow);
  let winner;
  let least = Infinity;
  for (const candidate of candidates) {
    if (candidate === from || candidate.contains(from)) continue;
    const cost = distance(start, along(candidate, arrow));
    if (cost < least) [least, winner] = [cost, candidate];
  }
  return winner;
}

/** A box in the arrow's own direction: `near` to `far` ahead, `low` to `high` across. @param {HTMLElement} control @param {Arrow} arrow */
function along(control, arrow) {
  const { left, right, top, bottom } = control.getBoundingClientRect();
  const boxes = {
    ArrowRight: { near: left, far: right, low: top, high: bottom },
    ArrowLeft: { near: -right, far: -left, low: top, high: bottom },
    ArrowDown: { near: top, far: bottom, low: left, high: right },
    ArrowUp: { near: -bottom, far: -top, low: left, high: right },
  };
  return boxes[arrow];
}

/** @typedef {{near: number, far: number, low: number, high: number}} Box */

/** Infinite for what does not lie ahead: what begins earlier or ends no later. @param {Box} from @param {Box} to */
function distance(from, to) {
  if (to.near < from.near - SLACK_PX || to.far <= from.far + SLACK_PX) return Infinity;
  const gap = Math.max(0, to.near - from.far);
  const aside = Math.max(0, to.low - from.high, from.low - to.high);
  const centres = Math.abs(to.low + to.high - from.low - from.high) / 2;
  return gap + aside * ASIDE_COSTS + centres * 0.1;
}
