//! The table of banners: one row each, with everything but the reading of its value, which its file in [`super::cmp`] does.
//! Those that need no code at all follow in [`super::described`].
//!
//! `banners!(rows)` hands the table to the macro `rows!`. From it follow `Banner` (`source.rs`), `Slot`, the names of cookies and
//! the default meanings (`settings.rs`), the reader of each cookie (`collect.rs`), and what tools tell of a banner (`shown.rs`).
//!
//! A row has, in this order:
//!
//! - The variant of `Banner`, its code, its name in playbooks, and whether visitors choose among categories, so that refusing the
//!   functional one also refuses precise location. A code is stored in compiled playbooks and in the bridge cookie and never changes.
//! - `slots`: what it stores, each as variant of `Slot`, code (stored, too), name in `consent.names`, where it is kept, default
//!   names, and how it is read: by a `Form`, whose text [`super::cmp::schema`] explains, or by code: `Text` and `Base64` give the
//!   decoded value to a reader, an `Opaque` one is only reported, and a choice that is `Spread` over several cookies is put
//!   together in `collect.rs`. The first of a list is the usual one. A name that ends in `*` stands for all that begin so, one that ends in `#` for those
//!   that end in letters and digits.
//! - `means`: what its categories stand for where the playbook does not say; empty for services.
//! - `shown`: see `Shown` in `shown.rs`.

macro_rules! banners {
    ($rows:ident) => {
        $crate::consent::described::own! { $rows
            /// OneTrust.
            OneTrust = 0 "onetrust" by_category: true
            slots {
                /// OneTrust's groups.
                OneTrust = 5 "onetrust" Cookie ["OptanonConsent"] => Spread;
                /// When OneTrust's banner was closed.
                OneTrustClosed = 6 "onetrust-closed" Cookie ["OptanonAlertBoxClosed"] => Spread;
            }
            means { "C0002": STATISTICS, "C0003": FUNCTIONAL, "C0004": MARKETING, "C0005": DEVICE }
            shown {
                title: "OneTrust", entry: "group", view: Own, answers: Flags("groups"), policy: "", grants_with: ["groups="],
                scripts: ["cdn.cookielaw.org", "otSDKStub.js", "otBannerSdk.js"],
                choice: "the closing time is a date, an interaction was counted, no re-consent is pending, and consent is not implied by country"
            }

            /// Cookiebot.
            Cookiebot = 1 "cookiebot" by_category: true
            slots {
                /// Cookiebot's object.
                Cookiebot = 7 "cookiebot" Cookie ["CookieConsent"] => Text(cookiebot::read);
            }
            means { "preferences": FUNCTIONAL, "statistics": STATISTICS, "marketing": MARKETING }
            shown {
                title: "Cookiebot", entry: "category", view: Own, answers: Flags(""), policy: "ver", grants_with: ["stamp"],
                scripts: ["consent.cookiebot.com", "consent.cookiebot.eu"],
                choice: "`method` is `explicit`, and neither the value nor its stamp is `-1`"
            }

            /// Didomi.
            Didomi = 2 "didomi" by_category: false
            slots {
                /// Didomi's token.
                Didomi = 8 "didomi" Cookie ["didomi_token"] => Base64(didomi::read);
                /// Didomi's binary string.
                DidomiBinary = 9 "didomi-binary" Cookie ["didomi_dcs"] => Opaque;
            }
            means {}
            shown {
                title: "Didomi", entry: "purpose", view: Own, answers: Own, policy: "version", grants_with: ["enabled"],
                scripts: ["sdk.privacy-center.org"],
                choice: "a list of purposes or vendors is there"
            }

            /// Axeptio.
            Axeptio = 3 "axeptio" by_category: false
            slots {
                /// Axeptio's vendors.
                Axeptio = 10 "axeptio" Cookie ["axeptio_cookies"] => Text(axeptio::read);
            }
            means {}
            shown {
                title: "Axeptio", entry: "vendor", view: Own, answers: Flags("vendors"), policy: "", grants_with: ["$$completed"],
                scripts: ["static.axept.io"],
                choice: "`$$completed` is `true`"
            }

            /// tarteaucitron.
            Tarteaucitron = 4 "tarteaucitron" by_category: false
            slots {
                /// tarteaucitron's services.
                Tarteaucitron = 11 "tarteaucitron" Cookie ["tarteaucitron"] => Text(tarteaucitron::read);
            }
            means {}
            shown {
                title: "tarteaucitron", entry: "service", view: Own, answers: Words("services"), policy: "", grants_with: ["=true"],
                scripts: ["tarteaucitron"],
                choice: "the service is `true` or `false`; `wait` is no answer, and whole names are compared"
            }

            /// Klaro.
            Klaro = 5 "klaro" by_category: false
            slots {
                /// Klaro's services.
                Klaro = 12 "klaro" Cookie ["klaro"] => Text(klaro::read);
            }
            means {}
            shown {
                title: "Klaro", entry: "service", view: JsonIn("services"), answers: Flags("services"), policy: "", grants_with: ["true"],
                scripts: ["klaro.js", "klaro-no-css.js", "klaro-no-translations.js"],
                choice: "a service is answered"
            }

            /// orejime.
            Orejime = 6 "orejime" by_category: false
            slots {
                /// orejime's purposes.
                Orejime = 13 "orejime" Cookie ["eu-consent", "orejime"] => Text(orejime::read);
            }
            means {}
            shown {
                title: "orejime", entry: "purpose", view: JsonIn("purposes"), answers: Flags("purposes"), policy: "", grants_with: ["true"],
                scripts: ["orejime"],
                choice: "every purpose that the playbook maps is answered"
            }

            /// vanilla-cookieconsent.
            Vanilla = 7 "vanilla-cookieconsent" by_category: true
            slots {
                /// vanilla-cookieconsent's categories.
                Vanilla = 14 "vanilla-cookieconsent" Cookie ["cc_cookie"] => Text(vanilla::read);
            }
            means { "functionality": FUNCTIONAL, "analytics": STATISTICS, "marketing": MARKETING, "necessary": PurposeSet::EMPTY }
            shown {
                title: "vanilla-cookieconsent", entry: "category", view: Json, answers: Listed("categories"), policy: "revision",
                grants_with: ["consentTimestamp"],
                scripts: ["cookieconsent.umd.js", "cookieconsent.esm.js", "orestbida/cookieconsent"],
                choice: "it has a consent time and at least the configured revision"
            }

            /// CookieYes.
            CookieYes = 8 "cookieyes" by_category: true
            slots {
                /// CookieYes's categories.
                CookieYes = 15 "cookieyes" Cookie ["cookieyes-consent"] => Text(cookieyes::read);
            }
            means {
                "functional": FUNCTIONAL, "analytics": DEVICE.with(Purpose::Measurement),
                "performance": DEVICE.with(Purpose::Experimentation), "advertisement": MARKETING
            }
            shown {
                title: "CookieYes", entry: "category", view: Own, answers: Words(""), policy: "", grants_with: ["action:yes"],
                scripts: ["cdn-cookieyes.com", "cookie-law-info/lite/"],
                choice: "`action` is `yes`"
            }

            /// Complianz.
            Complianz = 9 "complianz" by_category: true
            slots {
                /// What Complianz wrote before version 6.
                ComplianzOld = 69 "complianz-old" Cookies ["complianz_consent_status", "cmplz_consent_status", "cmplz_choice", "cmplz_stats", "cmplz_prefs"] => Opaque;
                /// Complianz's category preferences.
                ComplianzPreferences = 16 "complianz-preferences" Cookie ["cmplz_preferences", "cmplz_rt_preferences"] => Spread;
                /// Complianz's category statistics.
                ComplianzStatistics = 17 "complianz-statistics" Cookie ["cmplz_statistics", "cmplz_rt_statistics"] => Spread;
                /// Complianz's category marketing.
                ComplianzMarketing = 18 "complianz-marketing" Cookie ["cmplz_marketing", "cmplz_rt_marketing"] => Spread;
                /// The policy that Complianz asked under.
                ComplianzPolicy = 19 "complianz-policy" Cookie ["cmplz_policy_id", "cmplz_rt_policy_id"] => Spread;
            }
            means { "preferences": FUNCTIONAL, "statistics": STATISTICS, "marketing": MARKETING }
            shown {
                title: "Complianz", entry: "category", view: Own, answers: Words("categories"), policy: "policyId", grants_with: ["allow"],
                scripts: ["plugins/complianz-gdpr"],
                choice: "the cookie of a category is there, written under the configured policy"
            }

            /// TrustArc.
            TrustArc = 10 "trustarc" by_category: true
            slots {
                /// Whether TrustArc asked.
                TrustArcBehavior = 23 "trustarc-behavior" Cookie ["notice_behavior"] => Spread;
                /// TrustArc's levels.
                TrustArcLevels = 20 "trustarc-levels" Cookie ["notice_gdpr_prefs"] => Spread;
                /// TrustArc's highest level.
                TrustArcHighest = 21 "trustarc-highest" Cookie ["notice_preferences"] => Spread;
                /// TrustArc's permits.
                TrustArcPermits = 22 "trustarc-permits" Cookie ["cmapi_cookie_privacy"] => Spread;
            }
            means { "1": FUNCTIONAL.with(Purpose::Measurement), "2": MARKETING }
            shown {
                title: "TrustArc", entry: "level", view: Own, answers: Unknown, policy: "", grants_with: ["expressed"],
                scripts: ["consent.trustarc.com"],
                choice: "`notice_behavior` begins with `expressed`"
            }

            /// Osano and its older open-source banner, cookieconsent 3.
            Osano = 11 "osano" by_category: true
            slots {
                /// The status of cookieconsent 3.
                Osano = 24 "cookieconsent-status" Cookie ["cookieconsent_status"] => Text(osano::read);
                /// Osano's blob.
                OsanoBlob = 25 "osano" Cookie ["osano_consentmanager"] => Opaque;
                /// Osano's categories, as it gives them to the page.
                OsanoCategories = 33 "osano-categories" Script ["@osano"] => Text(osano::categories);
            }
            means {
                "all": FUNCTIONAL.union(STATISTICS).union(MARKETING), "PERSONALIZATION": FUNCTIONAL, "ANALYTICS": STATISTICS,
                "MARKETING": MARKETING, "OPT_OUT": TARGETING
            }
            shown {
                title: "Osano", entry: "category", view: Own, answers: Unknown, policy: "", grants_with: ["allow", "ACCEPT"],
                scripts: ["cmp.osano.com", "cookieconsent.min.js"],
                choice: "the word of cookieconsent 3 is `allow` or `deny`; `Osano.cm` gives an object"
            }

            /// Sourcepoint, whose choice is in the TC string.
            Sourcepoint = 12 "sourcepoint" by_category: false
            slots {
                /// Sourcepoint's ids, next to a TC, GPP or US Privacy string.
                Sourcepoint = 26 "sourcepoint" Cookie ["consentUUID", "usnatUUID", "ccpaUUID"] => Opaque;
            }
            means {}
            shown {
                title: "Sourcepoint", entry: "category", view: Own, answers: Unknown, policy: "", grants_with: [],
                scripts: ["privacy-mgmt.com", "sp-prod.net"],
                choice: "never by itself: the choice is in the TC string beside it"
            }

            /// Quantcast, now InMobi, whose choice is in the TC string.
            Quantcast = 13 "quantcast" by_category: false
            slots {
                /// Additional consent, next to a TC string of Quantcast or InMobi.
                Quantcast = 27 "quantcast" Cookie ["addtl_consent"] => Opaque;
            }
            means {}
            shown {
                title: "Quantcast", entry: "category", view: Own, answers: Unknown, policy: "", grants_with: [],
                scripts: ["cmp.quantcast.com", "cmp.inmobi.com"],
                choice: "never by itself: the choice is in the TC string beside it"
            }

            /// Commanders Act.
            CommandersAct = 14 "commandersact" by_category: false
            slots {
                /// Commanders Act's categories.
                CommandersAct = 28 "commandersact" Cookie ["TC_PRIVACY"] => Text(commanders_act::read);
                /// What its privacy center wrote.
                CommandersActCenter = 67 "commandersact-center" Cookies ["TC_PRIVACY_CENTER"] => Opaque;
            }
            means {}
            shown {
                title: "Commanders Act", entry: "category", view: Own, answers: Listed("categories"), policy: "", grants_with: ["0@"],
                scripts: ["cdn.trustcommander.net", "cdn.tagcommander.com"],
                choice: "the status is 0 or 1"
            }

            /// Shopify.
            Shopify = 15 "shopify" by_category: false
            slots {
                /// Shopify's tracking consent.
                Shopify = 29 "shopify" Cookie ["_tracking_consent"] => Text(shopify::read);
            }
            means { "p": FUNCTIONAL, "a": STATISTICS, "m": MARKETING, "s": SALE }
            shown {
                title: "Shopify", entry: "purpose", view: Own, answers: Words("explicit"), policy: "version", grants_with: ["CMP"],
                scripts: ["cdn.shopify.com"],
                choice: "`con.CMP` of version 2.1 has the answer; version 3 is not documented and not read"
            }

            /// Usercentrics.
            Usercentrics = 16 "usercentrics" by_category: false
            slots {
                /// Usercentrics's data, in web storage.
                Usercentrics = 30 "usercentrics" WebStorage ["ucData"] => Text(usercentrics::read);
                /// Usercentrics's older settings, in web storage.
                UsercentricsOld = 31 "usercentrics-2" WebStorage ["uc_settings"] => Opaque;
                /// Usercentrics's US Privacy string, in web storage.
                UsercentricsUs = 70 "usercentrics-us" WebStorage ["uc_usprivacy"] => Text(usercentrics::opt_out);
            }
            means {}
            shown {
                title: "Usercentrics", entry: "service", view: Own, answers: Flags("services"), policy: "", grants_with: ["services"],
                scripts: ["app.usercentrics.eu", "web.cmp.usercentrics.eu"],
                choice: "services are there"
            }

            /// Google Consent Mode, as the page last updated it.
            ConsentMode = 17 "consent-mode" by_category: false
            slots {
                /// Google Consent Mode, as the page last updated it.
                ConsentMode = 32 "consent-mode" Script ["@consent-mode"] => Text(consent_mode::read);
            }
            means {
                "personalization_storage": FUNCTIONAL, "analytics_storage": STATISTICS, "functionality_storage": DEVICE,
                "ad_storage": DEVICE, "ad_user_data": TARGETING, "ad_personalization": TARGETING
            }
            shown {
                title: "Google Consent Mode", entry: "type", view: Own, answers: Flags(""), policy: "", grants_with: [":granted"],
                choice: "an `update` in `dataLayer`; a `default` is no answer"
            }

            /// Custom purposes of the publisher segment of a TC string; only a key space of the purpose map.
            TcfCustom = 18 "tcf-custom-purposes" by_category: false
            slots {}
            means {}
            shown {
                title: "tcf-custom-purposes", entry: "category", view: Nothing, answers: Unknown, policy: "", grants_with: [],
                choice: "the TC string is one"
            }

            /// CookieFirst.
            CookieFirst = 19 "cookiefirst" by_category: true
            slots {
                /// CookieFirst's categories.
                CookieFirst = 34 "cookiefirst" Cookie ["cookiefirst-consent"] => Text(cookiefirst::read);
            }
            means { "functional": FUNCTIONAL, "performance": STATISTICS, "advertising": MARKETING }
            shown {
                title: "CookieFirst", entry: "category", view: Json, answers: Flags(""), policy: "version", grants_with: ["timestamp"],
                scripts: ["consent.cookiefirst.com"],
                choice: "it has a time and the type `category`"
            }
        }
    };
}

pub(super) use banners;
