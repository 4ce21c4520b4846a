import { manners } from "./manners.mjs";
import { order } from "./order.mjs";
import { stage } from "./stage.mjs";
import { story } from "./story.mjs";

const host = stage("fastly");
story(host);
manners(host);
order(host);
