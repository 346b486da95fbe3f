/**
 * The contract of the stream, as types. The terminal sends the whole view on every change; the pages only draw it.
 * Money is an integer of the currency's minor unit, points are integers, times are UTC milliseconds.
 *
 * @typedef {{[language: string]: string}} Localized
 * @typedef {string | number | boolean | Localized | null} Param
 * @typedef {{code: string, params?: {[name: string]: Param}, message?: string}} Phrase
 *   `message` is the server's own rendering, shown when the catalogue does not know the code.
 * @typedef {{id: string, name: Localized}} Named
 *
 * @typedef {{kind: string, device: string, state: "ready"|"missing"|"failed"|"closed", phrase: Phrase}} DeviceStatus
 * @typedef {object} Status
 * @property {boolean} online
 * @property {number} waiting operations not yet acknowledged by HQ
 * @property {number|null} as_of_ms
 * @property {"trusted"|"held"|"unknown"} clock
 * @property {Phrase|null} notice
 * @property {boolean} demo
 * @property {"ok"|"full"} storage
 * @property {Named} store
 * @property {string} currency
 * @property {string} [zone] the shop's time zone; without it the panel's own zone is used
 * @property {DeviceStatus[]} devices
 *
 * @typedef {object} Balance
 * @property {number} total everything known
 * @property {number} here certain, can be spent here now
 * @property {number} waiting earned or spent here, not yet confirmed by HQ
 * @property {number} debt
 * @property {number|null} as_of_ms
 * @property {{total: number, here: number, waiting: number}} [value] stored value in minor units
 *
 * @typedef {object} Member
 * @property {string} id
 * @property {string} name masked
 * @property {Named} tier
 * @property {Phrase|null} progress how far the next tier is, if HQ has said
 * @property {string} language
 * @property {Balance|null} balance null: the member was not proven well enough to see it
 * @property {string} state
 *
 * @typedef {{offer: string, name: Localized, step: string, amount: number}} Reason
 *
 * @typedef {object} BasketLine
 * @property {number} no
 * @property {string} gtin
 * @property {Localized} name
 * @property {number} quantity
 * @property {number} [unit_price] shelf price, of a kilogram where there are grams; not on a receipt
 * @property {number|null} [grams] of a weighed piece
 * @property {number} gross
 * @property {number} net
 * @property {Reason[]} reasons
 *
 * @typedef {{asked: number, points: number, money: number, available: number, limited_by: string|null}} PointsUse
 * @typedef {{offer: string, name: Localized, near: boolean, phrase: Phrase}} Missed
 *   `near`: only more goods are needed
 * @typedef {{coupon: string, used: boolean, phrase: Phrase}} Coupon
 * @typedef {{offer: string, name: Localized, phrase: Phrase}} Stamps
 * @typedef {{on_top: boolean, total: number, rates: {rate: string, net: number, tax: number}[]}} Tax
 *
 * @typedef {object} BasketView
 * @property {BasketLine[]} lines
 * @property {number} gross
 * @property {number} net
 * @property {number} due
 * @property {number} saved
 * @property {number} earns
 * @property {PointsUse} use
 * @property {Reason[]} reasons
 * @property {Missed[]} missed the few that are worth saying, nearest first
 * @property {Coupon[]} coupons the chosen ones
 * @property {Stamps[]} stamps
 * @property {Phrase|null} tier how far the next tier is
 * @property {Tax|null} tax
 * @property {number} member_saves what a guest would pay more
 * @property {{offer: string, name: Localized}[]} removed
 * @property {number} cash_due
 * @property {number} cash_rounding
 * @property {boolean} proven
 *
 * @typedef {{kind: "cash"|"card"|"mobile", amount: number, account?: string}} Tender
 *
 * @typedef {object} Receipt
 * @property {string} number
 * @property {number} at_ms
 * @property {string} business_date
 * @property {Localized} store
 * @property {BasketLine[]} lines
 * @property {number} gross
 * @property {number} net
 * @property {number} saved
 * @property {number} points_used
 * @property {number} points_money
 * @property {number} due
 * @property {Tax|null} tax
 * @property {Stamps[]} stamps
 * @property {Tender[]} tenders
 * @property {number} rounding
 * @property {number} change
 * @property {{rule: string, name: Localized, points: number}[]} earned
 * @property {Balance|null} balance
 *
 * @typedef {{number: string, at_ms: number, net: number, saved: number, earned: number, used: number}} Purchase
 *   one sale of the member at this terminal; `earned` and `used` are points
 * @typedef {{kind: "lot", points: number, earned_on: string, expires_on: string|null}} HeldLot
 * @typedef {{kind: "earned"|"used", points: number, at_ms: number}} Movement
 * @typedef {{open: boolean, purchases: Purchase[], points: (HeldLot|Movement)[]}} Detail
 * @typedef {{id: string, name: Localized, phrase: Phrase}} Offer
 *
 * @typedef {object} Pin
 * @property {"none"|"offered"|"open"|"looking"|"given"} state offered: a member is here who could give it
 * @property {Phrase|null} said why the last one was not taken
 * @typedef {Pin & {digits: number, keys: string[], in_order: boolean}} MemberPin
 *   how many digits were keyed in, and the order of the keys
 *
 * @typedef {object} MemberScreen
 * @property {"idle"|"greeting"|"basket"|"receipt"|"notice"} screen
 * @property {string} language
 * @property {Member|null} member
 * @property {Offer[]} offers
 * @property {BasketView|null} basket
 * @property {Receipt|null} receipt
 * @property {Phrase|null} notice
 * @property {Detail} detail
 * @property {number|null} warning_ms how long until the screen closes by itself; null while nobody is warned
 * @property {MemberPin} [pin]
 *
 * @typedef {{no: number|null, gtin: string, name: Localized}} LastScan
 *
 * @typedef {{fate: "none"|"waiting"|"printed"|"not_printed"|"unknown", trouble: Phrase|null}} Paper
 *   of the newest receipt; `trouble` says what should be done about it
 *
 * @typedef {object} Counter
 * @property {"open"|"paying"|"paid"} phase
 * @property {string} intent
 * @property {BasketView} basket
 * @property {Member|null} member
 * @property {Receipt|null} receipt
 * @property {Phrase|null} notice
 * @property {LastScan|null} last_scan
 * @property {number} [set_aside] lines of the basket that was emptied and can be brought back
 * @property {Paper|null} [paper] null where there is no printer
 * @property {string} entry digits typed on the terminal's own keypad
 * @property {Pin} [pin]
 *
 * @typedef {{id: string, at_ns: number}} Tap
 *
 * @typedef {object} View
 * @property {number} n
 * @property {"member"|"counter"} view
 * @property {number} sent_ns
 * @property {Tap|null} tap
 * @property {Status} status
 * @property {MemberScreen} [member_screen]
 * @property {Counter} [counter]
 */
export {};
