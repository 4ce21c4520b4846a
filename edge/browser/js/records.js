// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.

/** The fields of question, in their order. */
export const QUESTION = ["cookies", "country", "asked", "edge", "arrives", "memory"];

/** The fields of answer, in their order. */
export const ANSWER = ["refused", "visit", "memory", "purposes", "signals", "mirror", "mirrors", "why"];

/** The fields of decision, in their order. */
export const DECISION = ["block", "campaign", "variant", "reason", "content", "needs"];

/** Web storage of a banner: key, value. */
export const STORED = "s";

/** `navigator.languages` with commas, `document.referrer`. */
export const LOCALE = "h";

/** Whether data are saved, as `on` or empty, and `navigator.connection.effectiveType`. */
export const NETWORK = "n";

/** No banner is awaited any more: nothing, nothing. */
export const SETTLED = "w";

/** The visitor's own choice: grants, denials. */
export const CHOICE = "a";

/** What shows: block, campaign. */
export const SHOWN = "b";

/** Viewed: item, category. */
export const VIEWED = "v";

/** Searched for: text, nothing. */
export const SEARCHED = "f";

/** Dismissed: campaign, nothing. */
export const DISMISSED = "d";

/** Declared: name, and a date, or empty to take it away. */
export const DECLARED = "o";

/** A value of the date that was just declared: name, text. */
export const VALUE = "e";

/** Preferred: name, and a value, or empty to take it back. */
export const PREFERRED = "r";

/** The cart is what the following lines say: nothing, nothing. */
export const CART = "c";

/** A line of the cart: item, quantity. */
export const LINE = "l";

/** Bought: item, category. */
export const BOUGHT = "p";

/** How much of what was just bought leaves the cart, where it is not all of it: quantity, nothing. */
export const PIECES = "q";
