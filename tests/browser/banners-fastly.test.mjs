// Real consent banners in Chromium behind the Fastly module under Viceroy.
import { clicked } from "./banners/clicked.mjs";

clicked("fastly");
