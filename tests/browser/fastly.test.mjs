import { story } from "./story.mjs";

story("fastly");
