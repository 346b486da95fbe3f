/** The bench speaks two languages, as the terminal does. */
import { signal } from "@preact/signals";

const WORDS = {
  "zh-CN": {
    title: "试验台",
    line: "总部线路",
    power: "终端电源",
    on: "通",
    off: "断",
    powerOn: "开",
    powerOff: "关",
    cards: "会员卡",
    remove: "拿开卡",
    products: "商品",
    search: "按名称、条码或类别查找",
    more: "还有更多，请缩小查找范围",
    code: "任意条码",
    scan: "扫",
    unknownCode: "未登记的条码",
    wrongCode: "校验位错误",
    keypad: "键盘",
    enter: "确认",
    clear: "清除",
    back: "退格",
    parts: "各部分",
    running: "运行中",
    stopped: "已停止",
    member: "会员屏",
    counter: "收银台",
    status: "总部状态页",
    reload: "刷新",
    log: "最近的记录",
    other: "English",
    store: "开卡门店",
    absent: "试验台没有应答",
  },
  en: {
    title: "Bench",
    line: "HQ line",
    power: "Terminal power",
    on: "up",
    off: "cut",
    powerOn: "on",
    powerOff: "off",
    cards: "Cards",
    remove: "Take the card away",
    products: "Products",
    search: "Find by name, code or category",
    more: "There are more: narrow the search",
    code: "Any code",
    scan: "Scan",
    unknownCode: "A code that nobody knows",
    wrongCode: "A wrong check digit",
    keypad: "Keypad",
    enter: "Enter",
    clear: "Clear",
    back: "Back",
    parts: "Parts",
    running: "running",
    stopped: "stopped",
    member: "Member screen",
    counter: "Counter",
    status: "HQ status",
    reload: "Reload",
    log: "Latest log lines",
    other: "中文",
    store: "home store",
    absent: "The bench does not answer",
  },
};

export const language = signal(/** @type {"zh-CN"|"en"} */ (navigator.language.startsWith("zh") ? "zh-CN" : "en"));

/** @param {keyof typeof WORDS.en} key */
export const word = (key) => WORDS[language.value][key];

/** @param {{[language: string]: string}|string|null|undefined} name */
export function named(name) {
  if (!name) return "";
  return typeof name === "string" ? name : (name[language.value] ?? Object.values(name)[0] ?? "");
}

export function otherLanguage() {
  language.value = language.value === "en" ? "zh-CN" : "en";
  document.documentElement.lang = language.value;
}
