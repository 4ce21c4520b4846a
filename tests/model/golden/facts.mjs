/** What a step of a case tells of its request: the format of `parvis decide --request`, read anew. */

/** What a browser or a client sends, as the model takes it; `allowed` are the purposes that the visitor allows. */
export function read(step, jar, playbook, allowed) {
  const { request } = step;
  const headers = sent(request, jar);
  const field = (name) => headers.filter(([key]) => key === name).map(([, value]) => value);
  const [, path, query = ""] = request.url.match(/^(?:[^:/?#]+:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/);
  const agent = field("user-agent")[0] ?? "";
  const device = isRobot(agent) ? "bot" : (request.device ?? deviceOf(agent));
  const { country = null, subdivision = null, latitude, longitude } = request.geo ?? {};
  const now = request.now === undefined ? null : Date.parse(request.now);
  const entropy = request.entropy === undefined ? null : Buffer.from(request.entropy, "hex");
  const login = playbook.profile.cookie ? cookie(headers, playbook.profile.cookie) : {};
  const may = (purpose) => allowed.includes(purpose);
  return {
    ...{ method: request.method ?? "GET", ahead: isAhead(field), path: path || "/", query: pairs(query), headers, now },
    address: (path || "/") + (query && `?${query}`),
    ...{ device, country, subdivision },
    place: latitude === undefined || longitude === undefined ? null : placed(latitude, longitude),
    language: language(field("accept-language").join(",")),
    referrer: referrer((field("referer")[0] ?? "").trim(), playbook.site.host),
    connection: connection(field("save-data")[0] ?? "", field("ect")[0] ?? ""),
    profile: login.value ?? null,
    consent: PURPOSES.map(may),
    // Who objects to choosing by the request alone, where the law lets them.
    objects: allowed.length > 0 && !may("contextual"),
    // Where silence is a yes, what is allowed does not tell who agreed: a banner's own word does.
    agrees: may("profile") && (country !== "US" || field("cookie").some((all) => /profile=true/.test(all))),
    measures: may("measurement"),
    entropy: entropy && Buffer.from(entropy.subarray(24)).reverse().toString("hex"),
    nonce: entropy && entropy.subarray(0, 24),
    forced: request.force ?? {},
    signal: field("sec-gpc").some(isSignal) || (playbook.consent?.dnt_as_gpc === true && field("dnt").some(isSignal)),
  };
}

/** What the model asks of consent, in its order. */
export const PURPOSES = ["session_personalization", "persistent_personalization", "experimentation", "profile"];

/** The request's headers in the order in which they leave the client, names in small letters. */
export function sent({ headers = {}, cookies = {} }, jar) {
  const lines = ([name, value]) => [value].flat().map((one) => [name.toLowerCase(), one]);
  const all = Object.entries(headers).flatMap(lines);
  const pairs = ([name, value]) => [value].flat().map((one) => `${name}=${one}`);
  const own = Object.entries(cookies).sort(byName).flatMap(pairs);
  if (own.length > 0) all.push(["cookie", own.join("; ")]);
  if (jar.length > 0) all.push(["cookie", jar.map(([name, value]) => `${name}=${value}`).join("; ")]);
  return all;
}

const byName = ([a], [b]) => (a < b ? -1 : 1);

/** A cookie: its `value`, whether it `came`, and whether it came twice with different values. */
export function cookie(headers, wanted) {
  const all = headers.filter(([name]) => name === "cookie").flatMap(([, value]) => value.split(";"));
  const named = all.map((pair) => pair.match(/^\s*([^=]*?)\s*=(.*)$/)).filter((pair) => pair?.[1] === wanted);
  const values = new Set(named.map((pair) => pair[2].trim()));
  return { value: values.size === 1 ? [...values][0] : null, came: values.size > 0, twice: values.size > 1 };
}

/** What the browser adds: events in the order in which the format has them. */
export function events({ viewed = [], searched = [], dismissed = [], bought = [], cart, ...told }) {
  const { declared = {}, preferred = {} } = told;
  const sorted = (object) => Object.entries(object).sort(byName);
  return [
    ...viewed.map((item) => ["viewed", item, ""]),
    ...searched.map((text) => ["searched", text]),
    ...dismissed.map((id) => ["dismissed", id]),
    ...bought.map(({ item, category = "", quantity = 0 }) => ["bought", item, category, quantity]),
    ...sorted(declared).map(([name, date]) => ["declared", name, ...dated(date)]),
    ...sorted(preferred).map(([name, value]) => ["preferred", name, value ?? ""]),
    ...(cart ? [["cart", sorted(cart)]] : []),
  ];
}

const isSignal = (value) => value.trim() === "1";

/** Degrees, where there is such a place. */
const placed = (north, east) => (Math.abs(north) <= 90 && Math.abs(east) <= 180 ? [north, east] : null);

/** The parameters of a query as a form has them: null for one without a value, undefined for what cannot be read. */
const pairs = (query) => query.split("&").filter(Boolean).map((pair) => {
  const [name, value] = pair.match(/^([^=]*)=?(.*)$/s).slice(1);
  const whole = decoded(name) === undefined ? undefined : pair.includes("=") ? decoded(value) : null;
  return [decoded(name) ?? name, whole];
});

function decoded(text) {
  try {
    const plain = decodeURIComponent(text.replaceAll("+", " "));
    return text.length > 256 || /\p{Cc}/u.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}

/** Browsers say that they fetch a page before anybody asks for it. */
const isAhead = (field) => ["sec-purpose", "purpose", "x-purpose", "x-moz"].flatMap(field)
  .some((value) => /^\s*(prefetch|prerender|preview)\s*(;|$)/i.test(value));

/** Robots name themselves: by how a name ends, which is no make of a phone beside Android, or by one of the names of the cases. */
function isRobot(agent) {
  const isMake = (all) => /android/i.test(all) && !/compatible|http|bot\//i.test(all);
  const spared = agent.replace(/\([^()]*\)/g, (all) => (isMake(all) ? "()" : all));
  const plain = spared.replace(/(?<![a-z0-9])(cubot|m bot|id ?bot)(?![a-z0-9])/gi, "");
  const endings = /(bots?|crawl(ers?)?|spider|preview|fetcher|indexer|monitoring|scraper|validator)(?![a-z0-9])/i;
  if (endings.test(plain)) return true;
  const names = /(?<![a-z0-9])(slurp|facebookexternalhit|embedly|lighthouse|headlesschrome)/i;
  const libraries = /(?<![a-z0-9])(python|okhttp|whatsapp|java\/|go-http-client)/i;
  return /:\/\//.test(agent) || names.test(agent) || libraries.test(agent);
}

/** Words in `User-Agent`: tablets are named before phones. */
function deviceOf(agent) {
  if (agent === "") return null;
  if (/ipad|tablet/i.test(agent) || (/android/i.test(agent) && !/mobile/i.test(agent))) return "tablet";
  return /mobi/i.test(agent) ? "mobile" : "desktop";
}

/** The language with the highest weight, of equal ones the first (RFC 9110, 12.5.4). */
function language(header) {
  const asked = header.split(",").flatMap((range) => {
    const [tag, quality = "q=1"] = range.split(";").map((part) => part.trim());
    const main = tag.match(/^([a-z]{2,3})(-[a-z0-9-]*)?$/i)?.[1];
    const weight = quality.match(/^q\s*=\s*([01](\.\d{0,3})?)$/i)?.[1];
    return main && Number(weight) > 0 && Number(weight) <= 1 ? [[main.toLowerCase(), Number(weight)]] : [];
  });
  return asked.sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The class of what led here, by the names in its host that the sites of the cases are known by. */
function referrer(address, site) {
  if (address === "") return "direct";
  const host = address.match(/^(?:https?|android-app):\/\/([^/:?#]+)/i)?.[1].toLowerCase() ?? "";
  const names = host.split(".");
  const isBelow = (one) => `.${host}`.endsWith(`.${one}`);
  const isNamed = (one) => names.slice(0, -1).includes(one);
  const is = (known) => known.split(" ").some((one) => (one.includes(".") ? isBelow(one) : isNamed(one)));
  if (host === site || host.endsWith(`.${site}`)) return "same-site";
  if (is("mail webmail outlook gmx proton.me")) return "mail";
  if (is("google bing duckduckgo yahoo ecosia qwant yandex startpage kagi.com")) return "search";
  if (is("facebook instagram twitter x.com t.co linkedin pinterest reddit tiktok youtube")) return "social";
  return "other";
}

/** `Save-Data: on` says more than `ECT`. */
function connection(save, effective) {
  if (save.trim().toLowerCase() === "on") return "save";
  return { "4g": "fast", "3g": "slow", "2g": "slow", "slow-2g": "slow" }[effective.trim().toLowerCase()] ?? null;
}

/** A declared date, and its values in the order of their names. */
const dated = (said) => {
  const { date, ...values } = said instanceof Object ? said : { date: said ?? "" };
  return [date, Object.fromEntries(Object.entries(values).sort(byName))];
};
