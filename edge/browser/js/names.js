// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.

/** The visit cookie. */
export const VISIT = "parvis-visit";

/** The mirror cookie by default; a playbook can name it otherwise, which each answer says. */
export const MIRROR = "parvis-consent";

/** Keys of web storage in which banners keep a choice. */
export const STORAGE = ["ucData", "uc_settings"];

/** The key of what a script of the page reports. */
export const TCF = "@tcf";

/** The key of what a script of the page reports. */
export const GPP = "@gpp";

/** The key of what a script of the page reports. */
export const CONSENT_MODE = "@consent-mode";

/** The key of what a script of the page reports. */
export const OSANO = "@osano";
