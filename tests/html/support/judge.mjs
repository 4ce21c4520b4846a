// What parse5 says about documents: one JSON string a line in, one JSON list of [id, start, end, endTag] a line out.
// The folder that holds node_modules/parse5 is the first argument.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "x.js"));
const { Parser } = await import(require.resolve("parse5"));

// At the end of a page parse5 would take its last end tag for the end of every open element of that name.
class Judge extends Parser {
  onEof(token) {
    this.currentToken = token;
    super.onEof(token);
  }
}

function blocks(document) {
  const found = new Map();
  const todo = [document];
  for (let node; (node = todo.pop()); ) {
    const marker = node.attrs?.find((attribute) => attribute.name === "data-block");
    const at = node.sourceCodeLocation;
    if (marker?.value && at && !found.has(at.startOffset)) {
      found.set(at.startOffset, [marker.value, at.startOffset, at.endOffset, Boolean(at.endTag)]);
    } else if (marker?.value && at && at.endTag) {
      // Clones of a formatting element share its start tag.
      found.set(at.startOffset, [marker.value, at.startOffset, at.endOffset, true]);
    }
    if (node.content) todo.push(node.content);
    if (node.childNodes) todo.push(...node.childNodes);
  }
  return [...found.values()].sort((a, b) => a[1] - b[1]);
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(blocks(Judge.parse(JSON.parse(line), { sourceCodeLocationInfo: true }))));
}
