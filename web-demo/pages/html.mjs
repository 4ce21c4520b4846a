// A template tag that escapes what it interpolates; arrays are joined, `html` inside `html` stays as it is.

class Html {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function html(strings, ...values) {
  return new Html(String.raw({ raw: strings }, ...values.map(put)));
}

function put(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(put).join("");
  if (value === undefined || value === null || value === false) return "";
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
