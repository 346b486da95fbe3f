/**
 * Words, money, points and times in the reader's language. Phrases come as a code with parameters; the sentence is in
 * `i18n/`. The suffix of a parameter tells its kind: `_minor` money, `_ms` UTC time, `_date` a day; an object is a name
 * in several languages.
 */
import { signal } from "@preact/signals";
import en from "../i18n/en.json" with { type: "json" };
import zhCN from "../i18n/zh-CN.json" with { type: "json" };
import zhTW from "../i18n/zh-TW.json" with { type: "json" };

/** @typedef {import("./types.js").Phrase} Phrase */
/** @typedef {import("./types.js").Localized} Localized */

/** @type {{[language: string]: {[code: string]: string}}} */
const CATALOGUES = { "zh-CN": zhCN, "zh-TW": zhTW, en };
/** Each language is named in itself, so that its readers find it. @type {{[language: string]: string}} */
export const OWN_NAMES = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };
/** Where a name is missing in a language, the other Chinese comes before English. @type {{[language: string]: string[]}} */
const INSTEAD = { "zh-CN": ["zh-CN", "zh-TW", "en"], "zh-TW": ["zh-TW", "zh-CN", "en"], en: ["en", "zh-CN", "zh-TW"] };
const TRADITIONAL = ["hant", "tw", "hk", "mo"];

/** @type {import("@preact/signals").Signal<string>} */
export const language = signal("zh-CN");
/** @type {import("@preact/signals").Signal<{currency: string, zone: string|undefined}>} */
export const shop = signal({ currency: "CNY", zone: undefined });

/** The language for a tag such as zh-Hant-HK: its script counts before its place. Others read English. @param {string} tag */
export function nearest(tag) {
  const [language, ...more] = tag.toLowerCase().split(/[-_]/);
  if (language !== "zh") return "en";
  return !more.includes("hans") && TRADITIONAL.some((part) => more.includes(part)) ? "zh-TW" : "zh-CN";
}

/** @param {Phrase|null|undefined} phrase */
export function say(phrase) {
  if (!phrase) return "";
  const template = CATALOGUES[language.value][phrase.code];
  if (template === undefined) return phrase.message ?? phrase.code;
  const amount = phrase.code.startsWith("offer_") ? roundMoney : money;
  return template.replace(/\{(\w+)\}/g, (_, name) => shown(name, phrase.params?.[name], amount));
}

/** Some sentences tell a cashier something else than a member. @param {Phrase} phrase */
export function sayAtCounter(phrase) {
  const own = `${phrase.code}_at_counter`;
  return say(own in CATALOGUES[language.value] ? { ...phrase, code: own } : phrase);
}

/** A phrase of the page itself. @param {string} code @param {Phrase["params"]} [params] */
export function text(code, params) {
  return say({ code, params });
}

/** @param {string} name @param {import("./types.js").Param|undefined} value @param {(minor: number) => string} amount */
function shown(name, value, amount) {
  if (value === null && name.endsWith("_ms")) return text("never");
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return named(value);
  if (typeof value === "number") {
    if (name.endsWith("_minor")) return amount(value);
    return name.endsWith("_ms") ? when(value) : number(value);
  }
  return name.endsWith("_date") ? day(String(value)) : String(value);
}

/** A name in the reader's language, or in the nearest that it has. @param {Localized|string|null|undefined} name */
export function named(name) {
  if (!name) return "";
  if (typeof name === "string") return name;
  const tag = INSTEAD[language.value].find((known) => name[known]);
  return (tag ? name[tag] : Object.values(name)[0]) ?? "";
}

/** Formatters are slow to make; one for each language and style is kept. @type {Map<string, any>} */
const formatters = new Map();

/** @template T @param {string} key @param {() => T} make @returns {T} */
function kept(key, make) {
  if (!formatters.has(key)) formatters.set(key, make());
  return formatters.get(key);
}

/** How many digits the currency has after the point: 2 for CNY, 0 for JPY. */
export function exponent() {
  const currency = shop.value.currency;
  return kept(`exponent ${currency}`, () => {
    const options = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    return options.maximumFractionDigits ?? 2;
  });
}

/** Minor units as an exact decimal string: money never becomes a float. @param {number} minor @param {number} digits */
export function decimal(minor, digits) {
  const sign = minor < 0 ? "-" : "";
  const figures = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = figures.slice(0, figures.length - digits);
  return digits === 0 ? sign + whole : `${sign}${whole}.${figures.slice(-digits)}`;
}

function currencyFormat() {
  const { currency } = shop.value;
  const tag = language.value;
  return kept(
    `money ${tag} ${currency}`,
    () => new Intl.NumberFormat(tag, { style: "currency", currency, currencyDisplay: "narrowSymbol" }),
  );
}

/** "¥156.00"; a minus is the real minus sign. @param {number} minor */
export function money(minor) {
  const exact = /** @type {any} */ (decimal(minor, exponent()));
  return currencyFormat().format(exact).replace("-", "−");
}

/** "¥150" where there are no cents: what is promised or handed over in notes. @param {number} minor */
export function roundMoney(minor) {
  return money(minor).replace(/\.0+$/, "");
}

/** The parts of an amount, to set the symbol and the cents smaller. @param {number} minor */
export function moneyParts(minor) {
  const exact = /** @type {any} */ (decimal(minor, exponent()));
  return currencyFormat().formatToParts(exact);
}

/** @param {number} value */
export function number(value) {
  return kept(`number ${language.value}`, () => new Intl.NumberFormat(language.value)).format(value).replace("-", "−");
}

/** "+45" or "−45". @param {number} value */
export function signed(value) {
  return value > 0 ? `+${number(value)}` : number(value);
}

/** @param {string} name @param {Intl.DateTimeFormatOptions} options */
function dates(name, options) {
  const zone = shop.value.zone;
  return kept(
    `${name} ${language.value} ${zone}`,
    () => new Intl.DateTimeFormat(language.value, { timeZone: zone, hourCycle: "h23", ...options }),
  );
}

/** "10:42". @param {number} ms */
export function clockTime(ms) {
  return dates("time", { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** "10:42" today, with the day before it on any other day. @param {number} ms @param {number} [now] */
export function when(ms, now = Date.now()) {
  const days = dates("date", { year: "numeric", month: "numeric", day: "numeric" });
  if (days.format(ms) === days.format(now)) return clockTime(ms);
  return dates("day time", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** "Today 10:42" in a list of days. @param {number} ms @param {number} [now] */
export function dated(ms, now = Date.now()) {
  const shown = when(ms, now);
  return shown === clockTime(ms) ? text("ui_today_at", { time: shown }) : shown;
}

/** "2026-11-22" as a day of the reader's calendar. @param {string} iso */
export function day(iso) {
  const ms = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(ms)) return iso;
  const options = /** @type {const} */ ({ timeZone: "UTC", year: "numeric", month: "long", day: "numeric" });
  return kept(`day ${language.value}`, () => new Intl.DateTimeFormat(language.value, options)).format(ms);
}

/** "3 minutes ago", "昨天". @param {number} ms @param {number} [now] */
export function ago(ms, now = Date.now()) {
  const minutes = Math.round((ms - now) / 60_000);
  const format = kept(`ago ${language.value}`, () => new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }));
  if (Math.abs(minutes) < 60) return format.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? format.format(hours, "hour") : format.format(Math.round(hours / 24), "day");
}

/** A sentence and what follows it: notices set the first large. @param {string} sentences @returns {[string, string]} */
export function firstSentence(sentences) {
  const match = /^(.+?(?:[\u3002\uff01\uff1f]|[.!?](?=\s)))\s*(.+)$/su.exec(sentences);
  return match ? [match[1], match[2]] : [sentences, ""];
}
