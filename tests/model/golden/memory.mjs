/** Visitor memory as bytes, in the form that the documents give, and sealed for a cookie with XChaCha20-Poly1305. */

import { createCipheriv, createDecipheriv } from "node:crypto";
import { VALUES, code, dateValue, hexByte, searchOf } from "../model/visitor.mjs";

/** The bytes of a memory: little-endian numbers, a head of 9 bytes, then parts with tag and length. */
export function encode(memory) {
  const strongest = ([one, level], [other, least]) => least - level || number(one) - number(other);
  const levels = Object.entries(memory.interests).map(([category, level]) => [coded(category), level]).sort(strongest);
  const named = (entries) => entries.flatMap((entry) => [u32(entry.slice(0, 8)), u16(Number(entry.slice(9)))]);
  const isTimed = memory.o.some((entry) => Number(entry.slice(9)) > 65_535);
  const timed = (entry) => [u32(entry.slice(0, 8)), u32(hex(Number(entry.slice(9))))];
  const past = (one) => [u32(one.slice(1, 9)), u32(one.slice(9, 17)), [Number(one[0])], u16(Number(one.slice(17)))];
  const parts = [
    [1, levels.flatMap(([category, level]) => [u32(category), u16(level & 0xffff)])],
    [3, Object.entries(memory.counters).flatMap(([name, { times, began }]) => [u32(coded(name)), [times], u16(began)])],
    [4, memory.past.slice(0, 23).flatMap(past)],
    [12, memory.past.slice(23).flatMap(past)],
    isTimed ? [13, memory.o.flatMap(timed)] : [5, named(memory.o)],
    [14, memory.s.flatMap((one) => [u32(one.slice(0, 8)), [Number(one[8])], lengthened(searchOf(one.slice(9)))])],
    [6, memory.left ? [u32(hex(memory.left.hour)), ...memory.left.items.map(u32)] : []],
    [10, memory.dayBefore === null ? [] : [u16(memory.dayBefore)]],
    [8, named(memory.r)],
    [11, memory.halfLife === 7 ? [] : [[memory.halfLife]]],
    [2, memory.unit ? [reversed(memory.unit)] : []],
    [7, memory.unit ? memory.kept.flatMap(({ text, share }) => [reversed(text), u16(share)]) : []],
  ];
  const head = [[1], u16(memory.firstDay), u16(memory.visits), u32(hex(memory.lastMinute))];
  const tagged = parts.map(([tag, all]) => [tag, all.flat()]).filter(([, all]) => all.length > 0);
  return Buffer.from([...head.flat(), ...tagged.flatMap(([tag, all]) => [tag, all.length, ...all])]);
}

/** The memory that bytes hold, null where they have another form; `names` are all that codes may stand for. */
export function decode(bytes, names) {
  if (bytes.length < 9 || bytes.length > 1280 || bytes[0] !== 1) return null;
  const parts = {};
  for (let at = 9; at < bytes.length; at += 2 + bytes[at + 1]) {
    const part = bytes.subarray(at + 2, at + 2 + bytes[at + 1]);
    if (at + 2 > bytes.length || part.length !== bytes[at + 1]) return null;
    if (bytes[at] in parts || (part.length === 0 && SIZES[bytes[at]])) return null;
    parts[bytes[at]] = part;
  }
  if (Object.entries(SIZES).some(([tag, size]) => (parts[tag]?.length ?? 0) % size !== 0)) return null;
  const count = (tag) => (parts[tag]?.length ?? 0) / SIZES[tag];
  const rows = (tag) => Array.from({ length: count(tag) }, (_, row) => parts[tag].subarray(row * SIZES[tag]));
  const at32 = (row, at = 0) => hex(row.readUInt32LE(at));
  const name = (row) => names.find((one) => code(one) === at32(row)) ?? `?${at32(row)}`;
  const entry = (row) => `${at32(row)}*${row.readUInt16LE(4)}`;
  const timed = (row) => `${at32(row)}*${row.readUInt32LE(4)}`;
  const left = parts[6] && { hour: parts[6].readUInt32LE(0), items: rows(6).slice(1).map((row) => at32(row)) };
  const most = { 1: 16, 3: 24, 4: 23, 5: 8, 6: 5, 7: 8, 8: 8, 11: 1, 12: 17, 13: 8 };
  if (Object.keys(most).some((tag) => count(tag) > most[tag])) return null;
  const bought = [...rows(4), ...rows(12)].filter((row) => row[8] === 1).length;
  if (bought > 32 || count(4) + count(12) - bought > 8) return null;
  if (parts[5] && parts[13]) return null;
  if ((parts[12] && count(4) !== 23) || (parts[11] && !isHalfLife(parts[11][0]))) return null;
  const s = parts[14] ? valuesOf(parts[14]) : [];
  if (s === null) return null;
  return {
    ...{ s, firstDay: bytes.readUInt16LE(1), visits: bytes.readUInt16LE(3), lastMinute: bytes.readUInt32LE(5) },
    dayBefore: parts[10]?.readUInt16LE(0) ?? null,
    halfLife: parts[11]?.[0] ?? 7,
    interests: Object.fromEntries(rows(1).map((row) => [name(row), row.readInt16LE(4)])),
    counters: Object.fromEntries(rows(3).map((row) => [name(row), { times: row[4], began: row.readUInt16LE(5) }])),
    past: [...rows(4), ...rows(12)].map((row) => row[8] + at32(row) + at32(row, 4) + row.readUInt16LE(9)),
    ...{ o: parts[13] ? rows(13).map(timed) : rows(5).map(entry), r: rows(8).map(entry), left: left ?? null },
    unit: parts[2] ? reversed(parts[2].toString("hex")).map(hexByte).join("") : null,
    kept: parts[2] ? rows(7).map((row) => ({ text: hexOf(row.subarray(0, 8)), share: row.readUInt16LE(8) })) : [],
  };
}

/** Bytes with their number in front. */
const lengthened = (text) => [Buffer.byteLength(text), ...Buffer.from(text)];

/** The values of dates that a part holds, as in the visit; null where it has another form. */
function valuesOf(part) {
  const values = [];
  for (let at = 0; at < part.length; at += 6 + part[at + 5]) {
    if (at + 6 + (part[at + 5] ?? 0) > part.length || !(part[at + 4] in VALUES)) return null;
    const said = part.subarray(at + 6, at + 6 + part[at + 5]);
    const value = dateValue("", VALUES[part[at + 4]], said.toString());
    if (value === null || !said.equals(Buffer.from(said.toString()))) return null;
    values.push(hex(part.readUInt32LE(at)) + value.slice(8));
  }
  const names = new Set(values.map((one) => one.slice(0, 9)));
  return values.length > 0 && values.length < 9 && names.size === values.length ? values : null;
}

/** Whether a half-life is told: 7 days are not. */
const isHalfLife = (days) => days >= 1 && days <= 90 && days !== 7;

/** Bytes of one entry, by the tag of its part. */
const SIZES = { 1: 6, 2: 8, 3: 7, 4: 11, 5: 6, 6: 4, 7: 10, 8: 6, 10: 2, 11: 1, 12: 11, 13: 8 };

const number = (text) => parseInt(text, 16);
const hex = (value) => value.toString(16).padStart(8, "0");
const coded = (name) => (name[0] === "?" ? name.slice(1) : code(name));
const u16 = (value) => [value & 0xff, value >> 8];
const u32 = (text) => [...Buffer.from(text, "hex")].reverse();
const reversed = (text) => [...Buffer.from(text, "hex")].reverse();
const hexOf = (bytes) => Buffer.from(bytes).reverse().toString("hex");

export const text = (bytes) => Buffer.from(bytes).toString("base64url");

/** The bytes of a text, null where it is not the one spelling of them. */
export function bytesOf(value) {
  const bytes = Buffer.from(value, "base64url");
  return bytes.toString("base64url") === value ? bytes : null;
}

const COOKIE = "__Host-parvis";
/** Version and id of the key of the cases. */
const [VERSION, ID] = [1, 1];
const KEY = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const associated = (site) => Buffer.from([VERSION, ID, ...Buffer.from(COOKIE), 0, ...Buffer.from(site)]);

/** The value of the cookie: version, key, nonce, ciphertext and tag. */
export function seal(bytes, site, nonce, key = KEY) {
  const cipher = createCipheriv("chacha20-poly1305", subkey(nonce, key), inner(nonce), { authTagLength: 16 });
  cipher.setAAD(associated(site), { plaintextLength: bytes.length });
  const ciphertext = [cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
  return text(Buffer.concat([Buffer.from([VERSION, ID]), nonce, ...ciphertext]));
}

/** The bytes in a cookie, or why it does not open. */
export function open(value, site) {
  const bytes = value.length <= 4096 && bytesOf(value);
  if (!bytes || bytes.length < 2 + 24 + 16 || bytes[0] !== VERSION) return { reason: "unreadable" };
  if (bytes[1] !== ID) return { reason: "unknown-key" };
  const nonce = bytes.subarray(2, 26);
  const cipher = createDecipheriv("chacha20-poly1305", subkey(nonce, KEY), inner(nonce), { authTagLength: 16 });
  cipher.setAAD(associated(site), { plaintextLength: bytes.length - 42 });
  cipher.setAuthTag(bytes.subarray(-16));
  try {
    return { bytes: Buffer.concat([cipher.update(bytes.subarray(26, -16)), cipher.final()]) };
  } catch {
    return { reason: "unreadable" };
  }
}

const inner = (nonce) => Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]);

/** HChaCha20 of the key and 16 bytes of the nonce (draft-irtf-cfrg-xchacha-03, 2.2). */
function subkey(nonce, key) {
  const words = Buffer.concat([Buffer.from("expand 32-byte k"), key, nonce.subarray(0, 16)]);
  const s = Uint32Array.from({ length: 16 }, (_, at) => words.readUInt32LE(4 * at));
  const turn = (a, b, bits) => { s[a] ^= s[b]; s[a] = (s[a] << bits) | (s[a] >>> (32 - bits)); };
  const quarter = (a, b, c, d) => {
    for (const [x, y, z, bits] of [[a, b, d, 16], [c, d, b, 12], [a, b, d, 8], [c, d, b, 7]]) {
      s[x] += s[y];
      turn(z, x, bits);
    }
  };
  for (let round = 0; round < 10; round++) {
    for (const at of [0, 1, 2, 3]) quarter(at, 4 + at, 8 + at, 12 + at);
    for (const at of [0, 1, 2, 3]) quarter(at, 4 + ((at + 1) % 4), 8 + ((at + 2) % 4), 12 + ((at + 3) % 4));
  }
  const out = Buffer.alloc(32);
  [0, 1, 2, 3, 12, 13, 14, 15].forEach((word, at) => out.writeUInt32LE(s[word], 4 * at));
  return out;
}
