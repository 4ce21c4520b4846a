// Written by `PARVIS_WRITE=1 cargo test -p parvis-browser` from the engine's tables. Do not edit.

/** The visit cookie. */
export const VISIT = "parvis-visit";

/** The mirror cookie by default; a playbook can name it otherwise, which each answer says. */
export const MIRROR = "parvis-consent";

/** Visitor memory, where no edge keeps it. */
export const STORED_MEMORY = "parvis-memory";

/** What was mirrored last, as a number, for as long as the tab is open; only where device storage is permitted. */
export const STORED_NOTE = "parvis-mirrored";

/** What the edge decided for each block. */
export const TIMING = "parvis";

/** A digest of the consent that the edge decided with, and a sign behind it where the law asks for opt-out. */
export const TIMING_CONSENT = "parvis-used";

/** Names that the page must know before it has the playbook: of the mirror cookie, where they are not the usual one, and behind a comma other flags of a name of the site's own, of which one behind a `@` is a key of web storage. */
export const TIMING_NAMES = "parvis-names";

/** The attribute that marks blocks, where it is not the usual one. */
export const TIMING_MARKER = "parvis-marker";

/** What became of the visitor's Global Privacy Control. */
export const TIMING_GPC = "parvis-gpc";

/** Whether a cookie of this name may hold a visitor's choice, where the playbook names no other. */
export const FLAG = /^(?:euconsent-v2|eupubconsent-v2|__cmpconsent[^\W_]+|euconsent|gpp|OTGPPConsent|usprivacy|__cmpccpausps[^\W_]+|parvis-consent|OptanonConsent|OptanonAlertBoxClosed|CookieConsent|didomi_token|didomi_dcs|axeptio_cookies|tarteaucitron|klaro|eu-consent|orejime|cc_cookie|cookieyes-consent|complianz_consent_status|cmplz_consent_status|cmplz_choice|cmplz_stats|cmplz_prefs|cmplz_preferences|cmplz_rt_preferences|cmplz_statistics|cmplz_rt_statistics|cmplz_marketing|cmplz_rt_marketing|cmplz_policy_id|cmplz_rt_policy_id|notice_behavior|notice_gdpr_prefs|notice_preferences|cmapi_cookie_privacy|cookieconsent_status|osano_consentmanager|consentUUID|usnatUUID|ccpaUUID|addtl_consent|TC_PRIVACY|TC_PRIVACY_CENTER|_tracking_consent|cookiefirst-consent|_iub_cs-[^\W_]+|_iub_cs-.+|borlabs-cookie|real_cookie_banner-.+|CookieScriptConsent|__cmpccc[^\W_]+|__cmpcvc[^\W_]+|__cmpcpc[^\W_]+|CookieControl|cookie_notice_accepted|hu-consent|moove_gdpr_popup|cookie-agreed|cookie-agreed-categories|cookie-agreed-[^\W_]+|wp_consent_.+|__hs_cookie_cat_pref|__hs_opt_out|__hs_do_not_track|ppms_privacy_.+|consent-policy|ss_performanceCookiesAllowed|ss_marketingCookiesAllowed|_swb_consent_|_ketch_consent_v1_|tcm|tcmConsent|fides_consent|fides_consent_[^\W_]+|cookiehub|c15t|FCCDCF|cookielawinfo-checkbox-.+|viewed_cookie_policy|CookieLawInfoConsent)$/;

/** The bits of all purposes that can be denied. */
export const ALL = 0x3fc;

/** The bit of device storage. */
export const DEVICE = 0x4;

/** The bits of purposes that are nothing without it. */
export const ON_DEVICE = 0x178;

/** The bit of the visit. */
export const SESSION = 0x8;

/** The bit of visitor memory. */
export const PERSISTENT = 0x10;

/** The purposes, in the order of their bits. */
export const PURPOSES = ["necessary", "contextual", "device_storage", "session_personalization", "persistent_personalization", "profile", "precise_geo", "measurement", "experimentation", "sale_share"];

/** Days for which a denial is written where no engine can say it. */
export const DENIAL_DAYS = 365;

/** Keys of web storage in which banners keep a choice. */
export const STORAGE = ["ucData", "uc_settings", "uc_usprivacy", "TERMLY_API_CACHE", "_swb_consent_", "_ketch_consent_v1_", "tcm", "tcmConsent"];

/** The key of what a script of the page reports. */
export const TCF = "@tcf";

/** The key of what a script of the page reports. */
export const GPP = "@gpp";

/** The key of what a script of the page reports. */
export const OSANO = "@osano";

/** The key of what a script of the page reports. */
export const CONSENT_MODE = "@consent-mode";
