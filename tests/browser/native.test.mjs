import { story } from "./story.mjs";

story("native");
