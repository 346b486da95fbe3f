/** The bench speaks the languages of the terminal. */
import { language, nearest, OWN_NAMES } from "/ui/js/phrases.js";

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
    store: "开卡门店",
    pin: "试用密码",
    absent: "试验台没有应答",
  },
  "zh-TW": {
    title: "試驗台",
    line: "總部線路",
    power: "終端機電源",
    on: "通",
    off: "斷",
    powerOn: "開",
    powerOff: "關",
    cards: "會員卡",
    remove: "拿開卡片",
    products: "商品",
    search: "依名稱、條碼或類別尋找",
    more: "還有更多，請縮小尋找範圍",
    code: "任意條碼",
    scan: "掃描",
    unknownCode: "沒有登錄的條碼",
    wrongCode: "檢查碼錯誤",
    keypad: "鍵盤",
    enter: "確認",
    clear: "清除",
    back: "倒退",
    parts: "各部分",
    running: "執行中",
    stopped: "已停止",
    member: "會員螢幕",
    counter: "收銀台",
    status: "總部狀態頁",
    reload: "重新整理",
    log: "最近的紀錄",
    store: "開卡門市",
    pin: "試用密碼",
    absent: "試驗台沒有回應",
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
    store: "home store",
    pin: "Sample PIN",
    absent: "The bench does not answer",
  },
};

speak(nearest(navigator.language));

/** @param {keyof typeof WORDS.en} key */
export const word = (key) => WORDS[/** @type {keyof typeof WORDS} */ (language.value)][key];

/** The one after this, all in turn. */
export function nextLanguage() {
  const tags = Object.keys(OWN_NAMES);
  const tag = tags[(tags.indexOf(language.value) + 1) % tags.length];
  return { tag, name: OWN_NAMES[tag] };
}

/** @param {string} tag */
export function speak(tag) {
  language.value = tag;
  document.documentElement.lang = tag;
}
