// The named presets of fixtures/presets.json in JavaScript, for the model and the browser's module; `src/presets.rs` describes them.
import { readFileSync } from "node:fs";

const PRESETS = JSON.parse(readFileSync(new URL("../../fixtures/presets.json", import.meta.url), "utf8"));

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function preset(kind, name) {
  if (name === undefined) return {};
  const found = PRESETS[kind]?.[name]?.is;
  if (found === undefined) throw new Error(`fixtures/presets.json has no \`${kind}\` with the name ${JSON.stringify(name)}`);
  return found;
}

/** What `own` says, and what only `preset` says; objects are merged member by member. */
function merged(own, preset) {
  if (own === undefined) return preset;
  if (!isObject(own) || !isObject(preset)) return own;
  const names = new Set([...Object.keys(preset), ...Object.keys(own)]);
  return Object.fromEntries([...names].map((name) => [name, merged(own[name], preset[name])]));
}

/** A step with what the names of its presets stand for. */
function expandedStep({ visitor, browser, request, origin, ...step }) {
  const asked = merged(merged(request, preset("visitor", visitor)), preset("browser", browser));
  if (origin === undefined) return { ...step, request: asked };
  const { like, ...answers } = origin;
  return { ...step, request: asked, origin: merged(answers, preset("origin", like)) };
}

/** A case with what the names of its presets stand for. */
export const expanded = ({ steps, ...story }) => ({ ...story, steps: steps.map(expandedStep) });
