/** A campaign that does not apply and a value that cannot be shown are refused: what is thrown is the reason. */

export function refuse(holds, reason) {
  if (holds) throw { reason };
}

/** What `ask` gives, or the `reason` for which it was refused, if that is `only` this one. */
export function attempt(ask, only) {
  try {
    return { value: ask() };
  } catch (refusal) {
    if (refusal.reason && refusal.reason === (only ?? refusal.reason)) return refusal;
    throw refusal;
  }
}
