/** The blocks of a page and what decisions make of them: good enough for the pages of the cases, whose tags match. */

/** Elements without an end tag, those whose end tag may be left out, and those whose text is no markup. */
const VOID = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
const OPTIONAL = ["html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option",
  "colgroup", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"];
const RAW = ["script", "style", "textarea", "title"];

/** All elements and marked comments of a page, each with its place, its end, and what it lies in. */
function nodesOf(page, marker) {
  const tag = /<!--([\s\S]*?)-->|<(\/?)([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/giy;
  const [nodes, open] = [[], []];
  const close = (matches, from, to) => {
    const at = open.findLastIndex(matches);
    if (at >= 0) Object.assign(open.splice(at)[0], { close: from, end: to });
  };
  for (let at = page.indexOf("<"); at >= 0; at = page.indexOf("<", at)) {
    tag.lastIndex = at;
    const [all, comment, slash, name, attributes] = tag.exec(page) ?? [];
    if (all === undefined) {
      at += 1;
      continue;
    }
    const inner = at + all.length;
    const [, last, block] = comment?.match(/^\s*(\/?)block:(.*?)\s*$/s) ?? [];
    const is = { start: at, inner, name: name?.toLowerCase(), block, within: [...open] };
    if (block && !last) open.push(nodes[nodes.push(is) - 1]);
    else if (block) close((one) => one.block === block && one.name === undefined, at, inner);
    else if (slash) close((one) => one.name === name.toLowerCase(), at, inner);
    else if (name) {
      const marks = attributesOf(attributes, inner - all.length + 1 + name.length);
      nodes.push(Object.assign(is, { marks, block: valueOf(marks, marker), part: valueOf(marks, "data-part") }));
      if (VOID.includes(is.name)) Object.assign(is, { close: inner, end: inner });
      else open.push(is);
      if (RAW.includes(is.name)) is.raw = rawEnd(page, is.name, inner);
    }
    at = is.raw ?? inner;
  }
  return nodes;
}

/** Where the text of a script or its like ends; what is not closed goes on to the end of the page. */
function rawEnd(page, name, from) {
  const at = page.toLowerCase().indexOf(`</${name}`, from);
  return at < 0 ? page.length : at;
}

/** Attributes of a tag, each with its place: from the blank in front of its name on. */
function attributesOf(text, from) {
  const all = text.matchAll(/(\s*)([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?/g);
  return Array.from(all, ({ 0: whole, 2: name, 3: value = "", index }) => ({
    ...{ name: name.toLowerCase(), value: value.replace(/^["']|["']$/g, "") },
    ...{ start: from + index, end: from + index + whole.length },
  }));
}

const valueOf = (marks, name) => marks.find((mark) => mark.name === name)?.value;

/**
 * The page with the decisions in it, and by their blocks why some are not: `{ body, found }`. Contents are as the model
 * has them: HTML, `false` for hiding, parts, an order of a group.
 */
export function place(page, marker, decisions, write) {
  const nodes = nodesOf(page, marker);
  const named = (id) => nodes.find((node) => node.block === id);
  const found = {};
  const edits = [];
  for (const { block, content, arms = [] } of decisions.filter((one) => (one.content ?? null) !== null)) {
    const refuse = (reason) => { found[block] ??= reason; };
    if (content.first) {
      const order = [...content.first, ...content.rest];
      const slots = order.map(named).sort((a, b) => a?.start - b?.start);
      const follows = (one, node) => one.end <= node.start && one.within.at(-1) === node.within.at(-1);
      const apart = slots.every((node, at) => node?.end && (at === 0 || follows(slots[at - 1], node)));
      if (!apart) refuse("incomplete");
      else slots.forEach((slot, at) => edits.push({ start: slot.start, end: slot.end, moved: named(order[at]) }));
      continue;
    }
    const node = named(block);
    if (!node) refuse("not-found");
    else if (OPTIONAL.includes(node.name)) refuse("optional-end");
    else if (node.end === undefined) refuse("unclosed");
    else if (VOID.includes(node.name) && [{ html: content }, ...arms].some(({ html }) => typeof html === "string"))
      refuse("not-understood");
    // An arm is shown, and a control counts, only where each other arm could be.
    else for (const { parts } of arms) if (parts) setParts(nodes, node, parts, [], refuse, String);
    if (!node || found[block] || content.kept) continue;
    if (content === false) edits.push({ start: node.start, end: node.end, text: "" });
    else if (content.parts) setParts(nodes, node, content.parts, edits, refuse, write);
    else edits.push({ start: node.inner, end: node.close, text: write(content) });
  }
  return { body: apply(page, edits, 0, page.length), found };
}

/** Sets all parts of a block or none. */
function setParts(nodes, block, parts, edits, refuse, write) {
  const wanted = [];
  for (const [key, text] of Object.entries(parts)) {
    const [name, attribute] = key.split("@");
    const all = nodes.filter((node) => node.part === name && node.start >= block.start && node.start < block.close);
    const [node] = all;
    if (all.length !== 1) return refuse(all.length > 1 ? "part-repeated" : "part-missing");
    const old = node.marks.find((mark) => mark.name === attribute);
    const textless = !attribute && [...VOID, ...OPTIONAL, ...RAW].includes(node.name);
    if (textless || RAW.includes(node.name) || (!attribute && node.end === undefined)) return refuse("part-refused");
    if (old) wanted.push({ start: old.start, end: old.end, text: write(text) });
    else if (attribute) wanted.push({ start: nameEnd(node), end: nameEnd(node), text: write(text) });
    else wanted.push({ start: node.inner, end: node.close, text: write(text) });
  }
  edits.push(...wanted);
}

const nameEnd = (node) => node.start + 1 + node.name.length;

/** A stretch of the page with its edits made; of what lies within another edit nothing is left. */
function apply(page, edits, from, to) {
  let [out, at] = ["", from];
  const inside = edits.filter((edit) => edit.start >= from && edit.end <= to);
  for (const edit of inside.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (edit.start < at) continue;
    out += page.slice(at, edit.start);
    const others = edits.filter((other) => !other.moved);
    out += edit.moved ? apply(page, others, edit.moved.start, edit.moved.end) : edit.text;
    at = edit.end;
  }
  return out + page.slice(at, to);
}
