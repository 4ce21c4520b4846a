/** What the site's own login says of a visitor in its cookie: a tier, then segments, with dots between. */

const FORM = /^(?!$|.{513})[\w-]{0,64}(\.[\w-]{1,64})*$/;

/** Tier, rank and segments, as far as the playbook lists them; nothing where the cookie is not of its form. */
export function profile({ playbook, request }) {
  const { tiers, segments } = playbook.profile;
  if (!FORM.test(request.profile ?? "")) return {};
  const [tier, ...names] = request.profile.split(".");
  const known = names.filter((name, at) => segments.includes(name) && names.indexOf(name) === at).slice(0, 16);
  return { tier: tiers.find((one) => one === tier), tier_rank: tiers.indexOf(tier) + 1 || null, segments: known };
}
