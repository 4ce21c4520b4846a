// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.

/** The visit cookie. */
export const VISIT = "parvis-visit";

/** The mirror cookie by default; a playbook can name it otherwise, which each answer says. */
export const MIRROR = "parvis-consent";

/** Visitor memory, where no edge keeps it. */
export const STORED_MEMORY = "parvis-memory";

/** Names of the mirror cookie and keys of web storage that a playbook gives: for the next page, which looks before it asks the engine. */
export const STORED_NAMES = "parvis-names";

/** What was mirrored last, as a number, for as long as the tab is open. */
export const STORED_NOTE = "parvis-mirrored";

/** What the edge decided for each block. */
export const TIMING = "parvis";

/** The region that the edge decided for. */
export const TIMING_REGION = "parvis-region";

/** The attribute that marks blocks, where it is not the usual one. */
export const TIMING_MARKER = "parvis-marker";

/** What became of the visitor's Global Privacy Control. */
export const TIMING_GPC = "parvis-gpc";

/** Keys of web storage in which banners keep a choice. */
export const STORAGE = ["ucData", "uc_settings", "TERMLY_API_CACHE", "_swb_consent_", "_ketch_consent_v1_", "tcm"];

/** The key of what a script of the page reports. */
export const TCF = "@tcf";

/** The key of what a script of the page reports. */
export const GPP = "@gpp";

/** The key of what a script of the page reports. */
export const OSANO = "@osano";

/** The key of what a script of the page reports. */
export const CONSENT_MODE = "@consent-mode";
