// The demo shop in Chromium behind one host: what a visitor does and sees there.
import { manners } from "./manners.mjs";
import { order } from "./order.mjs";
import { stage } from "./stage.mjs";
import { story } from "./story.mjs";

export default function shop(name) {
  const host = stage(name);
  story(host);
  manners(host);
  order(host);
}
