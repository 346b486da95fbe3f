/** What a person at the bench can hold: cards, goods and keys. */
import { useState } from "preact/hooks";
import { act, cards, products } from "./api.js";
import { html } from "./html.js";
import { named } from "/ui/js/phrases.js";
import { word } from "./words.js";

const SHOWN = 40;
const UNKNOWN_CODE = "6900000000007";
const WRONG_CODE = "6900000000001";
const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "clear", "0", "back", "enter"];

export function Cards() {
  return html`<section class="cards">
    <h2>${word("cards")}</h2>
    <ul>
      ${cards.value.map(
        (card) => html`<li key=${card.card ?? card.uid}>
          <button class="card" data-tier=${card.tier ?? "none"} onClick=${() => act("tap", card.card ? { card: card.card } : { uid: card.uid })}>
            <b>${card.tier ? card.name : "?"}</b>
            ${card.tier ? html`<span class="tier">${named(card.tier_name) || card.tier}</span>` : null}
            <small><span>${named(card.note)}</span>${card.home_store ? html`<span>${word("store")} ${card.home_store}</span>` : null}</small>
            ${card.pin ? html`<small class="pin"><span>${word("pin")}</span><b>${card.pin}</b></small>` : null}
          </button>
        </li>`,
      )}
    </ul>
    <button onClick=${() => act("remove")}>${word("remove")}</button>
  </section>`;
}

export function Products() {
  const [wanted, setWanted] = useState("");
  const found = products.value.filter((product) => fits(product, wanted.trim().toLowerCase()));
  return html`<section class="products">
    <h2>${word("products")}</h2>
    <input type="search" placeholder=${word("search")} aria-label=${word("search")} value=${wanted} onInput=${(/** @type {any} */ event) => setWanted(event.target.value)} />
    <ul>
      ${found.slice(0, SHOWN).map(
        (product) => html`<li key=${product.gtin}>
          <button onClick=${() => act("scan", { code: product.gtin })}>
            <b>${named(product.name)}</b><span>${(product.price / 100).toFixed(2)}</span><small><span>${product.gtin}</span><span>${product.category}</span></small>
          </button>
        </li>`,
      )}
      ${found.length > SHOWN ? html`<li class="more">${word("more")}</li>` : null}
    </ul>
    <${AnyCode} />
  </section>`;
}

/** @param {import("./api.js").Product} product @param {string} wanted */
function fits(product, wanted) {
  const texts = [...Object.values(product.name), product.gtin, product.category];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function AnyCode() {
  const [code, setCode] = useState("");
  const scan = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (code) act("scan", { code });
  };
  return html`<form onSubmit=${scan}>
    <input placeholder=${word("code")} aria-label=${word("code")} value=${code} onInput=${(/** @type {any} */ event) => setCode(event.target.value)} />
    <button>${word("scan")}</button>
    <button type="button" class="plain" onClick=${() => act("scan", { code: UNKNOWN_CODE })}>${word("unknownCode")}</button>
    <button type="button" class="plain" onClick=${() => act("scan", { code: WRONG_CODE })}>${word("wrongCode")}</button>
  </form>`;
}

export function Keypad() {
  const words = new Map([["enter", word("enter")], ["clear", word("clear")], ["back", word("back")]]);
  return html`<section class="keypad" aria-label=${word("keypad")}>
    <h2>${word("keypad")}</h2>
    <div>${KEYS.map((key) => html`<button key=${key} class=${key} onClick=${() => act("key", { key })}>${words.get(key) ?? key}</button>`)}</div>
  </section>`;
}
