// Real consent banners in Chromium behind the native host.
import { clicked } from "./banners/clicked.mjs";

clicked("native");
