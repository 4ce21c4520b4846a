/** What caches are told: names of headers by their kind, and for how long a response is fresh at most. */

import { MINUTE, local, weekday } from "../model/clock.mjs";

const OURS = ["cache-control", "vary", "access-control-max-age"];
const SHARED = /cache|cdn|surrogate|vary|(expires|ttl)$|(^|-)age$|^edge-|edge-control$|^x-litespeed-|^(x?key|pragma)$/;

/** Whether a header lets some cache keep a response, whatever `Cache-Control` says. */
export const ofCaches = (name) => SHARED.test(name) && !OURS.includes(name);

/** Whether a header is about the origin's bytes. */
export const ofTheBytes = (name) => /^(content-(length|md5)|accept-ranges)$|(etag|last-modified|digest)$/.test(name);

/** The seconds until the clock may change what is decided, or null; `turns` are begins and ends of campaigns. */
export function endOf(turns, read, now, site) {
  if (now === null) return null;
  const minute = (after) => (Math.floor(now / MINUTE) + after) * MINUTE;
  const day = weekday(local(now, site));
  const hour = (at) => new Date(local(at, site)).getUTCHours();
  const changes = {
    time: () => true,
    hour: (at) => hour(at) !== hour(now),
    weekday: (at) => weekday(local(at, site)) !== day,
  };
  const next = (is) => minute(Array.from({ length: 1600 }, (_, at) => at + 1).find((after) => is(minute(after))));
  const all = [...turns, ...Object.keys(changes).filter((one) => read.includes(one)).map((one) => next(changes[one]))];
  return all.length > 0 ? Math.max(0, Math.floor((Math.min(...all) - now) / 1000)) : null;
}

/** The lines of the origin, none of which allows to keep the response longer than so many seconds. */
export function endingAt(seconds, lines, now) {
  if (seconds === null) return lines;
  const field = (name) => lines.find(([one]) => one === name)?.[1];
  const parsed = (text) => (/GMT$/.test(text ?? "") ? Date.parse(text) : NaN);
  const expires = parsed(field("expires"));
  const since = Number.isNaN(parsed(field("date"))) ? Math.floor(now / 1000) * 1000 : parsed(field("date"));
  const old = field("pragma") !== undefined && !field("cache-control")?.trim();
  const guess = old || Number.isNaN(expires) ? 0 : Math.min(seconds, Math.max(0, (expires - since) / 1000));
  const cut = (value) => (/^\d+$/.test(value) ? Math.min(seconds, Number(value)) : 0);
  const lifetime = /^([\w-]*(?:age|ttl))\s*=\s*"?([^"]*)"?$/i;
  const shorter = (part) => part.replace(lifetime, (_, name, value) => `${name}=${cut(value)}`);
  const control = (name, value) => {
    const said = value.split(",").map((part) => part.trim()).filter((part) => part && !/^stale-/i.test(part));
    const parts = said.map(shorter);
    const [own, others] = [/^(max-age=|no-store$|no-cache$)/i, /^([\w-]*(age|ttl)=|(no-store|no-cache|private)$)/i];
    const states = name === "cache-control" ? own : others;
    const more = name === "cache-control" ? guess : 0;
    return [...parts, ...(parts.some((part) => states.test(part)) ? [] : [`max-age=${more}`])].join(", ");
  };
  const kept = lines.filter(([name]) => name !== "expires" || !(expires > now + seconds * 1000));
  const written = kept.map(([name, value]) => {
    if (name === "cache-control" || (ofCaches(name) && /-control$/.test(name))) return [name, control(name, value)];
    return ofCaches(name) && /(.expires|ttl|-max-age)$/.test(name) ? [name, String(cut(value))] : [name, value];
  });
  return field("cache-control") === undefined ? [...written, ["cache-control", `max-age=${guess}`]] : written;
}
