import { manners } from "./manners.mjs";
import { stage } from "./stage.mjs";
import { story } from "./story.mjs";

const host = stage("fastly");
story(host);
manners(host);
