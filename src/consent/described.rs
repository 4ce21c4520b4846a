//! The second part of the table of banners in [`super::banners`]: those whose values a form describes, and those that a playbook
//! describes. A new one needs no code, only a row here: its form ([`super::cmp::schema`]) and what its categories stand for.

/// Adds the banners that a playbook describes, four rows that differ by their codes, and then the rest of the table.
macro_rules! own {
    (@ $rows:ident [$($banner:ident = $code:literal $name:literal $slot:literal),*] $($table:tt)*) => {
        $crate::consent::described::described! { $rows
            $($table)*
            $(
                /// A banner that the playbook describes.
                $banner = $code $name by_category: false
                slots { /** What it stores. */ $banner = $slot $name Described [] => Described; }
                means {}
                shown {
                    title: "the site's banner", entry: "key", view: Described, answers: Flags("answers"), policy: "", grants_with: [],
                    choice: "as the playbook says" }
            )*
        }
    };
    ($rows:ident $($table:tt)*) => {
        $crate::consent::described::own! { @ $rows
            [Own1 = 20 "own-1" 35, Own2 = 21 "own-2" 36, Own3 = 22 "own-3" 37, Own4 = 23 "own-4" 38] $($table)*
        }
    };
}

macro_rules! described {
    ($rows:ident $($table:tt)*) => {
        $rows! {
            $($table)*

            /// iubenda.
            Iubenda = 24 "iubenda" by_category: true
            slots {
                /// iubenda's purposes.
                Iubenda = 39 "iubenda" Cookies ["_iub_cs-#"]
                    => Form("%j\n=timestamp\nAconsent\t+true\t-false\nqpurposes/*\t+true\t-false\n@timestamp");
                /// Its answers under the laws of US states, and others behind the number of the site.
                IubendaUs = 66 "iubenda-us" Cookies ["_iub_cs-*"] => Form("%0j\n?*\t+true\t-false");
            }
            means {
                "1": PurposeSet::EMPTY, "2": PurposeSet::EMPTY, "3": FUNCTIONAL,
                "4": STATISTICS, "5": MARKETING
            }
            shown {
                title: "iubenda", entry: "purpose", view: Described, answers: Flags("answers"), policy: "", grants_with: ["timestamp"],
                scripts: ["cdn.iubenda.com", "cs.iubenda.com"],
                choice: "it has a time" }

            /// Borlabs Cookie.
            Borlabs = 25 "borlabs" by_category: true
            slots {
                /// Borlabs's groups.
                Borlabs = 40 "borlabs" Cookie ["borlabs-cookie"] => Form("%*j\n.consents\n>consents/*/[]");
            }
            means {
                "essential": PurposeSet::EMPTY, "statistics": STATISTICS, "marketing": MARKETING,
                "external-media": PurposeSet::EMPTY
            }
            shown {
                title: "Borlabs Cookie", entry: "group", view: Described, answers: Flags("answers"), policy: "", grants_with: ["consents"],
                scripts: ["plugins/borlabs-cookie"],
                choice: "the list of groups is there, which is written at a click" }

            /// Real Cookie Banner.
            RealCookieBanner = 26 "real-cookie-banner" by_category: false
            slots {
                /// Real Cookie Banner's groups.
                RealCookieBanner = 41 "real-cookie-banner" Cookies ["real_cookie_banner-*"] => Form("%*^j\n.\n>*/[]");
            }
            means {}
            shown {
                title: "Real Cookie Banner", entry: "group", view: Described, answers: Flags("answers"), policy: "", grants_with: ["["],
                scripts: ["plugins/real-cookie-banner"],
                choice: "the list of groups is there, which is written at a click" }

            /// CookieScript.
            CookieScript = 27 "cookiescript" by_category: true
            slots {
                /// CookieScript's categories.
                CookieScript = 42 "cookiescript" Cookie ["CookieScriptConsent"]
                    => Form("%*j\n=action\taccept\treject\nAaction\t+accept\t-reject\t close\n+categories\t,\t[]\\\" \n.categories\n+categories/[]\n@consenttime\t1000");
            }
            means {
                "strict": PurposeSet::EMPTY, "performance": STATISTICS, "functionality": FUNCTIONAL,
                "targeting": MARKETING, "unclassified": PurposeSet::EMPTY
            }
            shown {
                title: "CookieScript", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["accept"],
                scripts: ["cdn.cookie-script.com"],
                choice: "`action` is `accept` or `reject`" }

            /// consentmanager.
            ConsentManager = 28 "consentmanager" by_category: false
            slots {
                /// consentmanager's own purposes, beside a TC string.
                ConsentManager = 43 "consentmanager" Cookies ["__cmpccc#", "__cmpcvc#", "__cmpcpc#"] => Opaque;
            }
            means {}
            shown {
                title: "consentmanager", entry: "purpose", view: Nothing, answers: Unknown, policy: "", grants_with: [],
                scripts: ["cdn.consentmanager.net", "delivery.consentmanager.net"],
                choice: "never by itself: the choice is in the TC string `__cmpconsent…` beside it" }

            /// Civic Cookie Control.
            Civic = 29 "civic" by_category: true
            slots {
                /// Cookie Control's categories.
                Civic = 44 "civic" Cookie ["CookieControl"]
                    => Form("%j\n=interactedWith\ttrue\nqoptionalCookies/*\t+accepted\t-revoked\t-rejected\t legitimate interest\n?ccpa/*\t+accepted\t-rejected\t-revoked\n@consentDate");
            }
            means {
                "necessary": PurposeSet::EMPTY, "preferences": FUNCTIONAL, "functionality": FUNCTIONAL,
                "analytics": STATISTICS, "performance": STATISTICS, "marketing": MARKETING
            }
            shown {
                title: "Civic Cookie Control", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["interactedWith"],
                scripts: ["cc.cdn.civiccomputing.com"],
                choice: "`interactedWith` is `true`" }

            /// Cookie Notice.
            CookieNotice = 30 "cookie-notice" by_category: true
            slots {
                /// The word of Cookie Notice.
                CookieNotice = 45 "cookie-notice" Cookie ["cookie_notice_accepted"] => Form("-w\nA\t+true\t+TRUE\t-false");
                /// The categories of Cookie Compliance.
                CookieCompliance = 46 "cookie-compliance" Cookie ["hu-consent"]
                    => Form("%j\n=consent\ttrue\nqcategories/*\t+true\t-false\n@timestamp");
            }
            means { "1": PurposeSet::EMPTY, "2": FUNCTIONAL, "3": STATISTICS, "4": MARKETING }
            shown {
                title: "Cookie Notice", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["true", "TRUE"],
                scripts: ["plugins/cookie-notice", "cdn.hu-manity.co"],
                choice: "the word is `true` or `false`; of Cookie Compliance, `consent` is `true`" }

            /// Moove GDPR Cookie Compliance.
            Moove = 31 "moove" by_category: true
            slots {
                /// Moove's categories.
                Moove = 47 "moove" Cookie ["moove_gdpr_popup"] => Form("%j\n?*\t+1\t-0");
            }
            means {
                "strict": PurposeSet::EMPTY, "thirdparty": STATISTICS, "performance": STATISTICS, "advanced": MARKETING,
                "preference": FUNCTIONAL
            }
            shown {
                title: "Moove GDPR Cookie Compliance", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["1"],
                scripts: ["plugins/gdpr-cookie-compliance"],
                choice: "a category is answered" }

            /// Drupal EU Cookie Compliance.
            Drupal = 32 "drupal-eu-cookie-compliance" by_category: true
            slots {
                /// The status and the list of categories.
                Drupal = 48 "drupal-eu-cookie-compliance" Cookies ["cookie-agreed", "cookie-agreed-categories"]
                    => Form("%&*w\n=cookie-agreed\t0\t1\t2\nAcookie-agreed\t+1\t+2\t-0\t null\n.cookie-agreed-categories\n+cookie-agreed-categories/[]");
                /// The status by language, which older versions wrote, and the version of the policy.
                DrupalOld = 68 "drupal-eu-cookie-compliance-old" Cookies ["cookie-agreed-#"] => Opaque;
            }
            means { "*": FUNCTIONAL.union(STATISTICS).union(MARKETING) }
            shown {
                title: "Drupal EU Cookie Compliance", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["1", "2"],
                scripts: ["eu_cookie_compliance"],
                choice: "`cookie-agreed` is 0, 1 or 2; categories are the site's own and count as the playbook maps them" }

            /// WP Consent API.
            WpConsentApi = 33 "wp-consent-api" by_category: true
            slots {
                /// One cookie a category.
                WpConsentApi = 49 "wp-consent-api" Cookies ["wp_consent_*"] => Form("-&w\nq*\t+allow\t-deny");
            }
            means {
                "functional": PurposeSet::EMPTY, "preferences": FUNCTIONAL, "statistics": STATISTICS,
                "statistics-anonymous": PurposeSet::EMPTY, "marketing": MARKETING
            }
            shown {
                title: "WP Consent API", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["allow"],
                scripts: ["plugins/wp-consent-api"],
                choice: "the cookie of a category is there" }

            /// HubSpot.
            HubSpot = 34 "hubspot" by_category: true
            slots {
                /// HubSpot's categories.
                HubSpot = 50 "hubspot" Cookie ["__hs_cookie_cat_pref"] => Form("%p:_,\nq*\t+true\t-false");
                /// Whether the visitor opted out of all.
                HubSpotOptOut = 51 "hubspot-opt-out" Cookie ["__hs_opt_out"] => Form("-w\nA\t+no\t-yes");
                /// Whether HubSpot may not track.
                HubSpotDoNotTrack = 52 "hubspot-do-not-track" Cookies ["__hs_do_not_track"] => Form("-w\nA\t-yes\t no");
            }
            means { "1": STATISTICS, "2": MARKETING, "3": FUNCTIONAL }
            shown {
                title: "HubSpot", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["true", "no"],
                scripts: ["js.hs-banner.com", "js.hs-scripts.com"],
                choice: "a category is answered, or `__hs_opt_out` is `no`" }

            /// Piwik PRO.
            PiwikPro = 35 "piwik-pro" by_category: false
            slots {
                /// Piwik PRO's types.
                PiwikPro = 53 "piwik-pro" Cookies ["ppms_privacy_*"]
                    => Form("%j\n?consents/*/status\t+1\t-0\t -1\n@consents/*/updatedAt");
            }
            means {
                "analytics": DEVICE.with(Purpose::Measurement),
                "ab_testing_and_personalization": FUNCTIONAL.with(Purpose::Experimentation), "remarketing": MARKETING,
                "marketing_automation": MARKETING, "conversion_tracking": MARKETING, "user_feedback": PurposeSet::EMPTY
            }
            shown {
                title: "Piwik PRO", entry: "type", view: Described, answers: Flags("answers"), policy: "", grants_with: ["status"],
                scripts: ["containers.piwik.pro"],
                choice: "a type has the status 1 or 0" }

            /// Wix.
            Wix = 36 "wix" by_category: true
            slots {
                /// Wix's categories.
                Wix = 54 "wix" Cookie ["consent-policy"] => Form("%j\n=ts\n@ts\t60000\n?*\t+1\t-0");
            }
            means { "ess": PurposeSet::EMPTY, "func": FUNCTIONAL, "anl": STATISTICS, "adv": MARKETING, "dt3": SALE }
            shown {
                title: "Wix", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["ts"],
                scripts: ["static.parastorage.com"],
                choice: "it has a time" }

            /// Squarespace.
            Squarespace = 37 "squarespace" by_category: true
            slots {
                /// One cookie a category.
                Squarespace = 55 "squarespace" Cookies ["ss_performanceCookiesAllowed", "ss_marketingCookiesAllowed"]
                    => Form("-&w\nq*\t+true\t-false");
            }
            means { "ss_performanceCookiesAllowed": STATISTICS, "ss_marketingCookiesAllowed": MARKETING }
            shown {
                title: "Squarespace", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["true"],
                scripts: ["static1.squarespace.com", "assets.squarespace.com"],
                choice: "the cookie of a category is there" }

            /// Termly.
            Termly = 38 "termly" by_category: true
            slots {
                /// Termly's categories, in web storage.
                Termly = 56 "termly" WebStorage ["TERMLY_API_CACHE"]
                    => Form("-j\n=TERMLY_COOKIE_CONSENT/createdAt\n@TERMLY_COOKIE_CONSENT/createdAt\nqTERMLY_COOKIE_CONSENT/value/*\t+true\t-false");
            }
            means {
                "essential": PurposeSet::EMPTY, "performance": FUNCTIONAL, "analytics": STATISTICS,
                "advertising": MARKETING, "do_not_sell": PurposeSet::EMPTY
            }
            shown {
                title: "Termly", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["createdAt"],
                scripts: ["app.termly.io"],
                choice: "`createdAt` is there" }

            /// Ketch.
            Ketch = 39 "ketch" by_category: false
            slots {
                /// Ketch's purposes, with what proves a choice.
                Ketch = 57 "ketch" Both ["_swb_consent_"]
                    => Form("%6j\n!context/source\tlegalBasisDefault\nqpurposes/*/allowed\t+true\t-false\n0purposes/*/legalBasisCode\tdisclosure\tlegitimateinterest\tconsent_optout\n@collectedAt\t1000");
                /// Ketch's purposes, written before anybody chose.
                KetchPublic = 58 "ketch-public" Both ["_ketch_consent_v1_"]
                    => Form("%60j\n?*/status\t+granted\t-denied\n?*\t+granted\t-denied");
            }
            means {
                "essential_services": PurposeSet::EMPTY, "functional": PurposeSet::EMPTY,
                "personalization": FUNCTIONAL, "analytics": STATISTICS, "behavioral_advertising": MARKETING,
                "targeted_advertising": MARKETING, "data_broking": MARKETING
            }
            shown {
                title: "Ketch", entry: "purpose", view: Described, answers: Flags("answers"), policy: "", grants_with: ["source"],
                scripts: ["global.ketchcdn.com", "cdn.ketchjs.com"],
                choice: "`context.source` of `_swb_consent_` is there and not `legalBasisDefault`" }

            /// Transcend.
            Transcend = 40 "transcend" by_category: false
            slots {
                /// Transcend's purposes.
                Transcend = 59 "transcend" Both ["tcm", "tcmConsent"]
                    => Form("%j\n=confirmed\ttrue\nqpurposes/*\t+true\t-false\t Auto\n@timestamp");
            }
            means { "Functional": FUNCTIONAL, "Analytics": STATISTICS, "Advertising": MARKETING, "SaleOfInfo": SALE }
            shown {
                title: "Transcend", entry: "purpose", view: Described, answers: Flags("answers"), policy: "", grants_with: ["confirmed"],
                scripts: ["transcend-cdn.com"],
                choice: "`confirmed` is `true`" }

            /// Fides.
            Fides = 41 "fides" by_category: false
            slots {
                /// Fides's notices.
                Fides = 60 "fides" Cookies ["fides_consent", "fides_consent_#"]
                    => Form("%6j\n=fides_meta/consentMethod\taccept\treject\tsave\tbutton\tindividual_notice\n@fides_meta/updatedAt\n?consent/*\t+true\t-false\t+opt_in\t-opt_out\t acknowledge\t not_applicable\n?*\t+true\t-false");
            }
            means {
                "essential": PurposeSet::EMPTY, "functional": FUNCTIONAL, "analytics": STATISTICS,
                "marketing": MARKETING, "advertising": MARKETING, "data_sales": SALE, "data_sales_and_sharing": SALE
            }
            shown {
                title: "Fides", entry: "notice", view: Described, answers: Flags("answers"), policy: "", grants_with: ["consentMethod"],
                scripts: ["fides.js"],
                choice: "`consentMethod` is that of a click: `accept`, `reject`, `save` and the like" }

            /// CookieHub.
            CookieHub = 42 "cookiehub" by_category: true
            slots {
                /// CookieHub's categories.
                CookieHub = 61 "cookiehub" Cookie ["cookiehub"]
                    => Form("6j\n=answered\ttrue\n~implict\ttrue\n~implicit\ttrue\nAallAllowed\t+true\t~false\n#categories/[]/id\n$categories/[]/value\t+true\t-false\n_allowSale\t-false\t true\n@timestamp");
            }
            means {
                "necessary": PurposeSet::EMPTY, "preferences": FUNCTIONAL, "analytics": STATISTICS,
                "marketing": MARKETING, "allowSale": SALE
            }
            shown {
                title: "CookieHub", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["answered"],
                scripts: ["cookiehub.net", "cookiehub.eu"],
                choice: "`answered` is `true`, and it was not implied" }

            /// c15t.
            C15t = 43 "c15t" by_category: true
            slots {
                /// c15t's categories.
                C15t = 62 "c15t" Cookie ["c15t"] => Form("-*p:,\tc.\n=i.t\n@i.t\n?*\t+1\t-0");
            }
            means {
                "necessary": PurposeSet::EMPTY, "functionality": PurposeSet::EMPTY,
                "experience": FUNCTIONAL, "measurement": STATISTICS, "marketing": MARKETING
            }
            shown {
                title: "c15t", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["i.t"],
                scripts: ["c15t"],
                choice: "it has a time; what is left out was refused" }

            /// Google's consent messages.
            Fccdcf = 44 "google-consent-messages" by_category: false
            slots {
                /// An array with a TC string.
                Fccdcf = 63 "google-consent-messages" Cookie ["FCCDCF"] => TcfWithin;
            }
            means {}
            shown {
                title: "Google's consent messages", entry: "purpose", view: Nothing, answers: Unknown, policy: "", grants_with: ["C"],
                scripts: ["fundingchoicesmessages.google.com"],
                choice: "the TC string within is one" }

            /// CookieYes for WordPress before version 3.
            CookieLawInfo = 45 "cookie-law-info" by_category: true
            slots {
                /// One cookie a category, and one that says that a choice was made.
                CookieLawInfo = 64 "cookie-law-info" Cookies ["cookielawinfo-checkbox-*", "viewed_cookie_policy"]
                    => Form("-&w\n=viewed_cookie_policy\tyes\tno\nAviewed_cookie_policy\t-no\t yes\nq*\t+yes\t-no");
                /// The same in one cookie.
                CookieLawInfoConsent = 65 "cookie-law-info-consent" Cookie ["CookieLawInfoConsent"]
                    => Form("6j\n_ccpaOptout\t-true\t false\nq*\t+true\t-false");
            }
            means {
                "necessary": PurposeSet::EMPTY, "functional": FUNCTIONAL,
                "analytics": DEVICE.with(Purpose::Measurement), "performance": DEVICE.with(Purpose::Experimentation),
                "advertisement": MARKETING
            }
            shown {
                title: "CookieYes for WordPress before version 3", entry: "category", view: Described, answers: Flags("answers"), policy: "", grants_with: ["yes", "true"],
                scripts: ["cookie-law-info-public.js", "cookie-law-info/legacy/"],
                choice: "`viewed_cookie_policy` is `yes` or `no`, or `CookieLawInfoConsent` has an answer" }
        }
    };
}

pub(in crate::consent) use {described, own};
