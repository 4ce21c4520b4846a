/**
 * What all runtimes of tests do with a request: `personalize` as a site would call it. Facts that a test stages are passed as its
 * options, because nothing of tests is in what is deployed.
 */

/** A function that answers requests, by what a test says in its configuration. */
export function answers({ open, personalize }, { module, playbook, keys, config, capabilities, record }) {
  const parvis = open({ module, playbook, keys });
  const { origin, region, patience, staged } = config;
  return (request, clientIp) => {
    const options = { parvis, origin, geo: { region }, patience: patience ?? undefined, clientIp, record, ...capabilities };
    const said = staged && request.headers.get("parvis-case");
    return personalize(request, said ? { ...options, ...facts(said) } : options);
  };
}

/** The facts of a case: those that are left out are unknown. */
function facts(said) {
  const all = Object.fromEntries(said.split(";").map((pair) => pair.split(/=(.*)/s)));
  const { now, entropy, country, subdivision, place, device } = all;
  const region = subdivision ? `${country ?? ""}-${subdivision}` : country;
  const bytes = entropy && Uint8Array.from(entropy.match(/../g), (digits) => parseInt(digits, 16));
  return { now: now === undefined ? null : Number(now), entropy: bytes ?? null, geo: { region, place }, device };
}
