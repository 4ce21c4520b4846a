/**
 * Conditions, as JavaScript would evaluate them on JSON: true, false, or the reason for which it is not known.
 *
 * Left out is what no random playbook asks for, lists of no conditions and conversions between types: GrowthBook's own
 * cases hold the engine to them.
 */

import { attempt } from "./refusal.mjs";

/** Whether `condition` holds; `read` gives the value of a signal, null where there is none, or refuses. */
export function holds(condition, read) {
  const some = (all, decisive) => settle(all, (inner) => holds(inner, read), decisive);
  const part = ([key, value]) => {
    if (key === "$and") return some(value, false);
    if (key === "$or") return some(value, true);
    if (key === "$nor" || key === "$not") return not(some([value].flat(), true));
    const known = attempt(() => read(key));
    return known.reason ?? meets(known.value, value, read);
  };
  return settle(Object.entries(condition), part, false);
}

/**
 * Asks parts until one is `decisive`, behind which nothing is read; then one that is not known decides: a missing
 * permission before being out of sight.
 */
export function settle(parts, ask, decisive) {
  const answers = [];
  parts.some((part) => answers.push(ask(part)) && answers.at(-1) === decisive);
  return [decisive, "not-permitted", "edge-only"].find((answer) => answers.includes(answer)) ?? !decisive;
}

/** The opposite, where it is known. */
const not = (answer) => (typeof answer === "boolean" ? !answer : answer);

/** Whether a value meets what a condition says of it: operators, or a bare value. */
function meets(value, wanted, read) {
  if (typeof wanted !== "object") return (typeof wanted === "number" ? number(value) : value) === wanted;
  return settle(Object.entries(wanted), ([operator, operand]) => test(value, operator, operand, read), false);
}

/** One operator; its operand may be another signal, and if either has no value nothing is equal or in order. */
function test(value, operator, operand, read) {
  if (!operand?.signal) return OPERATORS[operator](value, operand, read);
  const other = attempt(() => read(operand.signal));
  if (other.reason) return other.reason;
  if (value === null || other.value === null) return ["$ne", "$nin", "$nini"].includes(operator);
  return OPERATORS[operator](value, /in/.test(operator) ? [other.value].flat() : other.value);
}

const isText = (value) => typeof value === "string";

/** The number of a value; null is 0, and a text none, so that no order holds of it. */
const number = (value) => (value === null ? 0 : typeof value === "number" ? value : NaN);

/** Whether a value, or one of a list of values, is in a list. */
const among = (value, wanted) => [value].flat().some((one) => wanted.includes(one));

const has = (value, wanted, read) => Array.isArray(value) && settle(value, (one) => meets(one, wanted, read), true);

const lower = (value) => (Array.isArray(value) ? value.map(lower) : isText(value) ? value.toLowerCase() : value);

/** Texts are compared as such, all else as numbers. */
const order = (holds) => (a, b) => (isText(a) && isText(b) ? holds(a, b) : holds(number(a), number(b)));

const OPERATORS = {
  ...{ $eq: (value, operand) => value === operand, $ne: (value, operand) => value !== operand },
  ...{ $lt: order((a, b) => a < b), $lte: order((a, b) => a <= b) },
  ...{ $gt: order((a, b) => a > b), $gte: order((a, b) => a >= b) },
  $exists: (value, operand) => (value !== null) === operand,
  ...{ $in: among, $nin: (value, operand) => !among(value, operand) },
  $ini: (value, operand) => among(lower(value), lower(operand)),
  $nini: (value, operand) => !among(lower(value), lower(operand)),
  $not: (value, operand, read) => not(meets(value, operand, read)),
  $elemMatch: has,
  $all: (value, operand, read) => Array.isArray(value) && settle(operand, (wanted) => has(value, wanted, read), false),
  $size: (value, operand, read) => Array.isArray(value) && meets(value.length, operand, read),
};
