/**
 * What must come back for each step of a case, said by the model: the whole of a step's `expect`, but for what it
 * cannot say. Consent is not its business: what a visitor allows, and whether what is kept without permission was
 * refused or has lapsed, it takes from the case.
 */

import { readFileSync } from "node:fs";
import { FLAG } from "../../../edge/browser/js/names.js";
import { decide, pageOf } from "../model/decide.mjs";
import { prepare } from "../model/playbook.mjs";
import { code, fnv, parseVisit, secondsLeft, unusable } from "../model/visitor.mjs";
import { endOf, endingAt, ofCaches, ofTheBytes } from "./caching.mjs";
import * as facts from "./facts.mjs";
import * as memory from "./memory.mjs";
import { place } from "./page.mjs";

const PAGES = new URL("../../../fixtures/pages/", import.meta.url);
const [VISIT, MEMORY] = ["parvis-visit", "__Host-parvis"];

/** Stands in place of a value that the model cannot say, with its name in the table `UNSAID` of `src/golden.rs`. */
const cannot = (why) => ({ "$cannot": why });

/** The answers to all steps of a case; `told` are those that are compared, of which consent is taken. */
export function play({ steps, keys = true, hosts = ["edge"] }, source, told) {
  const playbook = prepare(source);
  const [jar, browses] = [[], hosts.includes("browser")];
  const serves = !browses || hosts.includes("edge");
  return steps.map((step, at) => {
    for (const name of step.forgets ?? []) forget(jar, name);
    const browser = browses ? { browser: inBrowser(playbook, step, serves ? [] : jar, told[at]) } : {};
    const answer = serves ? atEdge(playbook, step, jar, told[at], keys) : {};
    for (const line of answer.cookies ?? []) keepCookie(jar, line);
    return { ...answer, ...browser };
  });
}

function forget(jar, name) {
  jar.splice(0, jar.length, ...jar.filter(([kept]) => kept !== name));
}

function keepCookie(jar, line) {
  const [, name, value] = line.match(/^([^=]*)=([^;]*)/);
  const kept = jar.find((one) => one[0] === name);
  if (/Max-Age=0$/.test(line)) forget(jar, name);
  else if (kept) kept[1] = value;
  else jar.push([name, value]);
}

/** What an edge answers. */
function atEdge(playbook, step, jar, told, keys) {
  const origin = originOf(step.origin ?? {});
  const allowed = told.record?.allowed ?? [];
  const request = facts.read(step, jar, playbook, allowed);
  const visit = facts.cookie(request.headers, VISIT);
  const sealed = facts.cookie(request.headers, MEMORY);
  const both = [["session_personalization", visit], ["persistent_personalization", sealed]];
  const came = both.filter(([, cookie]) => cookie.came);
  const own = ownResource(playbook, request);
  const aside = own ? "nothing-to-change" : asideOf(playbook, request);
  // Of what is put aside the record says only what was kept without permission.
  const unpermitted = ([purpose]) => (aside ? told.record?.consent?.[purpose] : !allowed.includes(purpose));
  const kept = came.filter(unpermitted).map(([purpose]) => purpose);
  const consent = kept.length > 0 && { consent: Object.fromEntries(kept.map((one) => [one, cannot("consent")])) };
  const deletions = [...(kept.includes("session_personalization") ? [deleted(VISIT)] : []),
    ...(kept.includes("persistent_personalization") ? [deleted(MEMORY)] : [])];
  if (own) return ownAnswer(own, deletions, consent);
  if (aside) {
    const headers = passed(origin, deletions, gpc(playbook, request, null, told), playbook);
    const record = { parvis: 1, reason: aside, status: origin.status, ...consent };
    const originSees = seen(playbook, request, false);
    return answered(origin.status, headers, deletions, { record, same_body: true, origin_sees: originSees });
  }
  const visitor = { visit: visitOf(visit), ...remembered(playbook, request, sealed, keys) };
  const memoryReason = visitor.reason;
  const canSeal = keys && request.nonce !== null;
  const decided = decide(playbook, { ...request, keeps: canSeal, traced: true, events: [] }, visitor);
  const visitReason = decided.wasOver ? "expired" : reasonOf(request.consent[0], visit, visitReasonOf(visit));
  const cookies = cookieLines(decided, playbook, request);
  const signal = gpc(playbook, request, allowed, told);
  const policy = policyOf(playbook, decided, request, cookies.length > 0 || signal?.heard === true || request.objects);
  const refused = refusal(origin, request.path);
  // A page with a control is read as one with a variant is, so that both count where both could be shown.
  const looks = policy.changes || decided.decisions.some(isControl);
  const rewrites = !refused && request.method === "GET" && looks;
  const { body, found } = rewrites ? spliced(origin, decided.decisions, playbook) : { body: origin.body, found: {} };
  const placed = rewrites && decided.decisions.some((one) => isShown(one) && !found[one.block]);
  const record = {
    ...{ parvis: 1, reason: refused ?? (placed ? "placed" : "nothing-to-change"), status: origin.status },
    ...{ playbook: "$digest", page: decided.page, influence: policy.influence, cache: policy.name },
    ...{ visit: visitReason, memory: memoryReason, allowed: cannot("allowed"), ...consent },
    blocks: Object.fromEntries(decided.decisions.map(({ block, reason }) => [block, found[block] ?? reason])),
    exposures: rewrites ? exposures(decided, request, (one) => !found[one.block]) : [],
  };
  const edit = () => edited(origin, policy, decided, request, deletions, signal, { playbook, told });
  const confirms = () => unchanged(origin, deletions, signal, playbook, policy.ends, request.now);
  const pass = () => (origin.status === 304 ? confirms() : passed(origin, deletions, signal, playbook));
  const headers = refused ? pass() : edit();
  const set = refused || policy.name === "untouched" ? deletions : cookies;
  const shown = body === origin.body ? { same_body: true } : { body };
  const originSees = seen(playbook, request, policy.name !== "untouched");
  return answered(origin.status, headers, set, { ...shown, record, origin_sees: originSees });
}

/** The answer as a case has it, where nothing is said of what is not there. */
function answered(status, headers, cookies, more) {
  const some = (name, list, written) => list.length > 0 && { [name]: written };
  return { status, ...some("headers", headers, byName(headers)), ...some("cookies", cookies, cookies), ...more };
}

/** Header lines by name: a text, or a list of several. */
function byName(lines) {
  const of = (name) => lines.filter(([key]) => key === name).map(([, value]) => value);
  const all = (values) => (values.length === 1 ? values[0] : values);
  return Object.fromEntries(lines.map(([name]) => [name, all(of(name))]));
}

function originOf({ status = 200, headers = { "content-type": "text/html; charset=utf-8" }, body, page }) {
  const line = ([name, value]) => [value].flat().map((one) => [name.toLowerCase(), one]);
  const all = Object.entries(headers).flatMap(line);
  const field = (name) => all.find(([key]) => key === name)?.[1];
  return { status, lines: all, body: body ?? readFileSync(new URL(page ?? "home.html", PAGES), "utf8"), field };
}

/** Why a request is put aside before anything is looked at. */
function asideOf(playbook, { method, device, path }) {
  if (method !== "GET" && method !== "HEAD") return "method";
  if (device === "bot") return "bot";
  return pageOf(playbook, path) ? null : "path";
}

/** What Parvis answers itself. */
function ownResource({ consent }, { method, path }) {
  if (method !== "GET" && method !== "HEAD") return null;
  const body = (text) => (method === "HEAD" ? "" : text);
  if (path === "/parvis/playbook.bin")
    return { type: "application/octet-stream", control: "public, max-age=60", body: body("$playbook") };
  if (path !== "/.well-known/gpc.json" || !consent?.gpc) return null;
  const statement = `{"gpc": true, "lastUpdate": "${consent.gpc.last_update}"}\n`;
  return { type: "application/json", control: "public, max-age=3600", body: body(statement) };
}

function ownAnswer({ type, control, body }, cookies, consent) {
  const headers = [["content-type", type], ["cache-control", cookies.length > 0 ? "private, no-cache" : control]];
  const record = { parvis: 1, reason: "nothing-to-change", status: 200, ...consent };
  return answered(200, headers, cookies, { body, record });
}

/**
 * What the statement on Global Privacy Control asks of a document; `allowed` is null where no answer says it. A signal
 * that no header sends, as in a string of a banner, is consent's to hear.
 */
function gpc({ consent }, { signal, country, subdivision }, allowed, told) {
  const { status_header: header = "gpc-status", status_regions: regions = ["US-CA"] } = consent?.gpc ?? {};
  if (!consent?.gpc || header === "" || regions.length === 0) return null;
  const here = regions.some((one) => one === country || one === `${country}-${subdivision}`);
  const overridden = allowed?.includes("sale_share") || allowed?.includes("profile");
  const [said, knows] = [told.headers?.[header], signal && allowed !== null];
  const status = knows ? (overridden ? "overridden" : "processed") : said;
  const keys = consent.dnt_as_gpc ? "sec-gpc, dnt" : "sec-gpc";
  return { heard: signal || said !== undefined, keys, header, status: here ? status : null, knows };
}

/** Why the origin's answer is not rewritten, whatever was decided. */
function refusal({ status, field }, path) {
  const [type, ...parameters] = (field("content-type") ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((one) => one.startsWith("charset="))?.slice(8).replaceAll('"', "");
  if (status !== 200) return "status";
  if (type !== "text/html") return "content-type";
  if (!["", "identity"].includes((field("content-encoding") ?? "").toLowerCase())) return "encoding";
  if (/\.(css|gif|ico|jpe?g|js|json|pdf|png|svg|txt|webp|woff2?|xml|zip)$/i.test(path)) return "static-path";
  return READABLE.test(charset ?? "us-ascii") ? null : "charset";
}

/** The encodings of the cases in which markup is ASCII. */
const READABLE = /^(utf-?8|iso-8859-\d+|windows-125\d|us-ascii|latin1|shift_jis)$/i;

function spliced(origin, decisions, playbook) {
  // A control changes nothing of its block; that of a group leaves the order of the page.
  const same = (group) => (group ? { first: [], rest: group } : { kept: true });
  const kept = (one) => ({ ...one, content: same(playbook.blocks[one.block].group) });
  const told = decisions.map((one) => (isControl(one) ? kept(one) : one));
  const declares = /charset/i.test(origin.field("content-type")) ? null : declared(origin.body.slice(0, 1024));
  if (declares && !READABLE.test(declares)) {
    const changed = told.filter(isShown).map(({ block }) => [block, "charset"]);
    return { body: origin.body, found: Object.fromEntries(changed) };
  }
  const utf8 = /charset="?utf-?8/i.test(origin.field("content-type"));
  const reference = (sign) => `&#${sign.codePointAt(0)};`;
  const write = (html) => (utf8 ? html : html.replace(/[^\0-\x7f]/gu, reference));
  return place(origin.body, playbook.site.marker, told, write);
}

/** The encoding that a page declares in its first bytes, as far as the pages of the cases do. */
const CHARSET = /<meta\s[^>]*charset\s*=\s*["']?\s*([^\s"'>;]*)/i;
const declared = (text) => text.replace(/<!--.*?-->/gs, "").match(CHARSET)?.[1] ?? null;

const isControl = ({ reason }) => reason === "control";

const isShown = ({ content }) => (content ?? null) !== null;

/** How strongly the visitor touched what is shown, and what that leaves of the origin's caching. */
function policyOf(playbook, { decisions, touched, turns }, request, isOwn) {
  const read = [...touched].filter((signal) => !/^(campaign|page|query)(\.|$)/.test(signal));
  const personal = read.some((signal) => /^(visit|visitor|experiment|profile|date)\./.test(signal));
  const influence = personal ? "personal" : read.length > 0 ? "contextual" : "none";
  const keyed = playbook.cache?.keyed_on ?? [];
  const shared = influence !== "personal" && read.every((signal) => keyed.includes(signal));
  const changes = decisions.some(isShown);
  const isPreview = Object.keys(request.forced).length > 0;
  const name = isOwn || isPreview || !shared ? "private" : changes ? "keyed" : "untouched";
  const ends = name === "private" ? null : endOf(turns, read, request.now, playbook.site);
  return { name, influence, changes, read, ends };
}

/** The head of what stays the origin's: only what consent asks for. */
function passed(origin, deletions, signal, playbook) {
  const html = /^text\/html\b/i.test(origin.field("content-type") ?? "") || origin.status === 304;
  const told = html ? signal : null;
  const isOwn = deletions.length > 0 || told?.heard;
  const control = isOwn ? [["cache-control", "private, no-cache"]] : [];
  const lines = isOwn ? origin.lines.filter(([name]) => !ofCaches(name)) : origin.lines;
  return [...lines, ...control, ...tell(told, playbook)];
}

function tell(told, { site }) {
  if (!told) return [];
  if (!told.heard) return [["vary", told.keys]];
  const status = told.knows ? told.status : cannot("signal");
  const entry = site.server_timing === false ? [] : [["server-timing", `parvis-gpc;desc=${told.status}`]];
  return told.status ? [[told.header, status], ...entry] : [];
}

/** The same of a page that is decided, or of its confirmation: for how long, the clock may say. */
function unchanged(origin, deletions, signal, playbook, ends, now) {
  const isOwn = deletions.length > 0 || signal?.heard;
  const lines = isOwn ? origin.lines : endingAt(ends, origin.lines, now);
  return passed({ ...origin, lines }, deletions, signal, playbook);
}

/** The head of a page that may be changed. */
function edited(origin, { name, read, ends }, { decisions }, request, deletions, signal, { playbook, told }) {
  const varies = { language: "accept-language", referrer: "referer", connection: "save-data, ect" };
  const all = Object.keys(varies).filter((one) => read.includes(one)).map((one) => ["vary", varies[one]]);
  const vary = name === "private" ? [] : all;
  const says = (...what) => timing(...what, request, playbook, told);
  if (name === "untouched") {
    return [...unchanged(origin, deletions, signal, playbook, ends, request.now), ...says(null, name), ...vary];
  }
  const kept = playbook.site.server_timing === false ? "no-store" : "no-cache";
  const own = name === "private" ? [["cache-control", `private, ${kept}`]] : [];
  const isKept = ([one]) => !ofTheBytes(one) && !(name === "private" && (ofCaches(one) || one === "cache-control"));
  const lines = endingAt(ends, origin.lines.filter(isKept), request.now);
  return [...lines, ...own, ...says(decisions, name), ...vary, ...tell(signal, playbook)];
}

/**
 * What the page's scripts are told: decisions with what they needed of the visitor, a digest of the consent where nobody
 * shares the response, an unusual marker, and names of the site's own. Which law it is, is consent's to say.
 */
function timing(decisions, policy, { headers }, playbook, told) {
  const { marker, opaque_ids: isOpaque, server_timing: isTold = true } = playbook.site;
  if (!isTold) return [];
  const id = (text) => (isOpaque ? code(text) : text);
  // Ids may have colons: what is behind the last one is the purposes, of a control none.
  const bits = ({ content, needs }) => `:${isShown({ content }) ? needs.toString(16).padStart(3, "0") : ""}`;
  const chosen = (one) => (one.campaign ? `=${id(one.campaign)}/${id(one.variant)}${bits(one)}` : "");
  const entries = [];
  if (decisions) entries.push(["parvis", decisions.map((one) => id(one.block) + chosen(one)).join(" ")]);
  const said = () => [told.headers?.["server-timing"]].flat().join();
  const law = () => (/parvis-used;desc="[^"]*\+"/.test(said()) ? "+" : "");
  if (policy === "private") entries.push(["parvis-used", digest(headers, playbook) + law()]);
  if (decisions && marker !== "data-block") entries.push(["parvis-marker", marker]);
  const names = Object.entries(playbook.consent?.names ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  const mirrors = names.flatMap(([kind, all]) => (kind === "mirror" ? all : []));
  const isOther = (name) => !FLAG.test(name);
  const renamed = names.flatMap(([kind, all]) => (kind === "mirror" ? [] : all.filter(isOther)));
  const banners = ownBanners(playbook);
  const keys = banners.flatMap(({ storage = [] }) => storage.map((key) => `@${key}`));
  const others = [...renamed, ...banners.flatMap(({ cookies = [] }) => cookies.filter(isOther)), ...keys];
  const own = mirrors.join(" ") + (others.length > 0 ? `,${others.join(" ")}` : "");
  if (own) entries.push(["parvis-names", own]);
  const line = entries.map(([name, text]) => `${name};desc="${text}"`).join(", ");
  return line === "" ? [] : [["server-timing", line]];
}

/** The banners that the playbook describes itself. */
const ownBanners = ({ consent }) =>
  Object.values(consent?.banners ?? {}).filter((banner) => typeof banner === "object");

/** Whether a cookie has this name, or, of a name that ends in `*`, one that begins so. */
const isNamed = (name, own) =>
  own.endsWith("*") ? name.startsWith(own.slice(0, -1)) && name.length >= own.length : name === own;

/** A sum over the cookies that may hold a choice, whatever their order, and one for Global Privacy Control. */
function digest(headers, playbook) {
  const described = ownBanners(playbook).flatMap(({ cookies = [] }) => cookies);
  const own = [...Object.values(playbook.consent?.names ?? {}).flat(), ...described];
  const pairs = headers.filter(([name]) => name === "cookie").flatMap(([, value]) => value.split(";"));
  const split = pairs.map((pair) => pair.match(/^\s*([^=]*?)\s*=\s*(.*?)\s*$/)).filter(Boolean);
  const flags = split.filter(([, name]) => FLAG.test(name) || own.some((one) => isNamed(name, one)));
  const signal = headers.some(([name, value]) => name === "sec-gpc" && value === "1");
  const sum = flags.reduce((all, [, name, value]) => (all + fnv(`${name}=${value}`)) >>> 0, signal ? 1 : 0);
  return sum.toString(16).padStart(8, "0");
}

/** The header lines that reach the origin: a page that may change is asked for whole. */
function seen(playbook, { headers }, changes) {
  const conditional = /^(if-(none-match|modified-since|match|unmodified-since|range)|range|accept-encoding)$/;
  const ours = [VISIT, MEMORY, "parvis-consent", ...[playbook.consent?.names?.mirror ?? []].flat()];
  const left = (name, value) => (name === "cookie" ? others(value, ours) : ENDS_HERE.test(name) ? [] : [value]);
  const leave = ([name, value]) => left(name, value).map((one) => [name, one]);
  const kept = headers.flatMap(leave);
  const lines = changes ? [...kept.filter(([name]) => !conditional.test(name)), ["accept-encoding", "identity"]] : kept;
  // What is the client's own line in the same place is told as such.
  const nth = (all, name, place) => all.filter(([key]) => key === name)[place]?.[1];
  const place = (at) => lines.slice(0, at).filter(([name]) => name === lines[at][0]).length;
  const told = ([name, value], at) => [name, nth(headers, name, place(at)) === value ? "$sent" : value];
  return byName(lines.map(told));
}

/** Names of request headers that no client may use: ours, and those by which hosts tell address, place and device. */
const ENDS_HERE = new RegExp(`^(${[
  "(x[-_])?parvis[-_].*",
  "forwarded|x.(forwarded.for|real.ip|client.ip)|true.client.ip|fastly.client.ip|cf.(connecting.ip(v6)?|pseudo.ipv4)",
  "(fastly|x).geo.(country|region|city)|cf.ip(country|city|continent|latitude|longitude)",
  "cf.(region(.code)?|metro.code|postal.code|timezone|device.type)",
].join("|").replaceAll(/(?<!\])\.(?!\*)/g, "[-_]")})$`);

/** A line of cookies without ours, which no origin gets; none where nothing else is in it. */
function others(line, ours) {
  const isOurs = (pair) => ours.some((name) => pair.trim().startsWith(`${name}=`));
  const pairs = line.split(";");
  if (!pairs.some(isOurs)) return [line];
  const left = pairs.filter((pair) => !isOurs(pair)).join(";").trimStart();
  return left === "" ? [] : [left];
}

/** What is counted: what was placed, or could have been, where the visitor allows measurement; no preview, and nothing fetched ahead. */
function exposures({ decisions, again }, { measures, ahead }, wasPlaced) {
  const chosen = decisions.filter((one) => one.campaign && one.reason !== "forced" && !again.includes(one.block));
  const counted = chosen.filter(wasPlaced);
  const exposure = ({ campaign, variant, propensity }) => ({ campaign, variant, propensity });
  return measures && !ahead ? counted.map(exposure) : [];
}

const deleted = (name) => `${name}=; Path=/; Secure; ${name === MEMORY ? "HttpOnly; " : ""}SameSite=Lax; Max-Age=0`;

function cookieLines({ cookies, memory: after }, playbook, request) {
  const visit = cookies.visit === null ? deleted(VISIT) : `${VISIT}=${cookies.visit}; Path=/; Secure; SameSite=Lax`;
  const bytes = () => memory.seal(memory.encode(after), playbook.site.host, request.nonce);
  const keep = () => `${MEMORY}=${bytes()}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${cookies.memory}`;
  const remember = cookies.memory === null ? deleted(MEMORY) : cookies.memory !== undefined && keep();
  return [...("visit" in cookies ? [visit] : []), ...(remember ? [remember] : [])];
}

/** The visit cookie; of several different ones none is read, but it is known that they came. */
const visitOf = ({ came, value }) => (came ? (value ?? "several") : null);

/** What became of what the visitor brought, where it may be read. */
const reasonOf = (allowed, cookie, found) => (allowed ? found : cookie.came ? "not-permitted" : "absent");

function visitReasonOf({ came, twice, value }) {
  if (!came) return "absent";
  return twice ? "duplicate" : parseVisit(value) ? "opened" : "unreadable";
}

/** Visitor memory as it came to an edge. */
function remembered(playbook, request, sealed, keys) {
  const told = (reason) => reasonOf(request.consent[1], sealed, reason);
  const found = (reason, one = null) => ({ memory: one, brought: sealed.came, reason: told(reason) });
  if (request.now === null) return found("no-clock");
  if (!keys) return found("keys-absent");
  if (!sealed.came || sealed.twice) return found(sealed.twice ? "duplicate" : "absent");
  const { bytes, reason } = memory.open(sealed.value, playbook.site.host);
  return bytes ? opened(playbook, request, bytes, found) : found(reason);
}

function opened(playbook, { now }, bytes, found) {
  const one = memory.decode(bytes, namesIn(playbook));
  if (!one) return found("unreadable");
  const reason = unusable(one, now, playbook.memory.life_days);
  return reason ? found(reason) : found("opened", one);
}

/** Every text of a playbook, and the names of its counters: what codes in memory may stand for. */
function namesIn(playbook) {
  const found = [];
  JSON.stringify(playbook, (key, value) => {
    found.push(key, ...(typeof value === "string" ? [value] : []));
    return value;
  });
  return found;
}

/** What the module decides in a browser, behind an edge or without one. */
function inBrowser(playbook, step, jar, told) {
  const allowed = told.browser?.allowed ?? [];
  const browser = step.request.browser ?? {};
  const request = { ...facts.read(step, jar, playbook, allowed), traced: true, events: facts.events(browser) };
  const visit = facts.cookie(request.headers, VISIT);
  const found = (reason, one = null) => ({ memory: one, reason });
  const stored = () => {
    if (browser.memory === undefined || request.now === null) return found("absent");
    const bytes = memory.bytesOf(browser.memory);
    return bytes ? opened(playbook, request, bytes, found) : found("unreadable");
  };
  const visitor = { visit: visitOf(visit), ...(browser.behind_edge ? { memory: null } : stored()) };
  const mode = browser.behind_edge ? { shown: [], keeps: false } : { keeps: true };
  const decided = decide(playbook, { ...request, ...mode, arrives: browser.arrives === true }, visitor);
  const shows = ({ content = null }) => {
    if (content === false) return "";
    return content?.parts ?? (content?.first ? [...content.first, ...content.rest] : content);
  };
  const blocks = decided.decisions.map((one) => [one.block, {
    ...{ campaign: one.campaign ?? "", variant: one.variant ?? "", reason: one.reason, shows: shows(one) },
  }]);
  const bytes = browser.behind_edge || !request.consent[1] || !decided.memory ? null : memory.encode(decided.memory);
  const kept = { visit: decided.visit, memory: bytes && memory.text(bytes) };
  return { blocks: Object.fromEntries(blocks), ...kept, allowed: cannot("allowed") };
}
