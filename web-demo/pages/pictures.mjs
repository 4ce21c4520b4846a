// Pictures: the drawings of `pictures/`, wrapped, colored from one palette, by day and by night.
//
// A drawing is a fragment of SVG whose shapes carry color names as classes. The first line says where it stands:
// `{{room dusk 486}}` a wall and a floor whose edge is at y 486, `{{plane oak}}` a surface seen from above,
// `{{scene dusk 640}}` a room for the hero, `{{cutout none}}` nothing around it. Walls reach far beyond the view box, so one drawing fills any frame.

const FAR = 1500;

/** The whole SVG document of a drawing. */
export function picture(fragment, palette) {
  const scene = fragment.startsWith("{{scene");
  const side = scene ? 1000 : fragment.startsWith("{{cutout") ? 300 : 600;
  const body = fragment
    .replace(/<!--.*?-->\n?/gs, "")
    .replace(/\{\{(\w+) ([\w-]+) ?(\d+)?\}\}/, (_, kind, tone, edge) => ground(kind, tone, edge, palette.day));
  const used = new Set([...body.matchAll(/class="([\w-]+)"/g)].map((match) => match[1]));
  const night = [...used].map((name) => nightRule(name, palette)).join("");
  const fit = scene ? "xMidYMid slice" : "xMidYMid meet";
  const drawn = body.replace(/class="([\w-]+)"/g, (whole, name) => `${whole} ${dayAttributes(name, palette)}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" preserveAspectRatio="${fit}">`
    + `<style>@media (prefers-color-scheme:dark){${night}}</style>\n${drawn.trim()}\n</svg>\n`;
}

function ground(kind, tone, edge, day) {
  if (kind === "cutout") return "";
  const wall = day[`${tone}-wall`] ? `${tone}-wall` : tone;
  const whole = `<rect class="${wall}" x="${-FAR}" y="${-FAR}" width="${FAR * 3}" height="${FAR * 3}"/>`;
  if (kind === "plane") return whole;
  return `${whole}<rect class="${tone}-floor" x="${-FAR}" y="${edge}" width="${FAR * 3}" height="${FAR * 2}"/>`;
}

function split(name) {
  return name.startsWith("s-") ? ["stroke", name.slice(2)] : ["fill", name];
}

function dayAttributes(name, { day, opacity }) {
  const [property, color] = split(name);
  if (!day[color]) throw new Error(`a picture uses the color \`${color}\`, which pictures/palette.json does not know`);
  const clear = opacity.day[color];
  return `${property}="${day[color]}"${clear && property === "fill" ? ` opacity="${clear}"` : ""}`;
}

function nightRule(name, { day, night, opacity }) {
  const [property, color] = split(name);
  const clear = opacity.night[color];
  const declarations = [
    night[color] && night[color] !== day[color] ? `${property}:${night[color]}` : "",
    clear && property === "fill" ? `opacity:${clear}` : "",
  ].filter(Boolean);
  return declarations.length ? `.${name}{${declarations.join(";")}}` : "";
}
