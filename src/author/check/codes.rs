//! Codes of countries, subdivisions and languages, and what is meant by those that are none.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The codes of countries (ISO 3166-1 alpha-2), and `XK`, which hosts give for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG \
GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ \
LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR \
NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ \
TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// The codes of languages with two letters (ISO 639-1).
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en \
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl \
km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os \
pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug \
uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Other codes by which countries go, each with the one of the standard.
const OTHER_COUNTRIES: [(&str, &str); 21] = [
    ("AUS", "AU"),
    ("AUT", "AT"),
    ("BEL", "BE"),
    ("CAN", "CA"),
    ("CHE", "CH"),
    ("CHN", "CN"),
    ("DEU", "DE"),
    ("EL", "GR"),
    ("ESP", "ES"),
    ("FRA", "FR"),
    ("GBR", "GB"),
    ("GER", "DE"),
    ("IRL", "IE"),
    ("ITA", "IT"),
    ("JPN", "JP"),
    ("NLD", "NL"),
    ("POL", "PL"),
    ("PRT", "PT"),
    ("SWE", "SE"),
    ("UK", "GB"),
    ("USA", "US"),
];

/// Codes that are taken for those of languages, most of them of a country, each with the one that browsers send.
const OTHER_LANGUAGES: [(&str, &str); 22] = [
    ("at", "de"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("deu", "de"),
    ("dk", "da"),
    ("eng", "en"),
    ("esp", "es"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("gb", "en"),
    ("ger", "de"),
    ("gr", "el"),
    ("in", "id"),
    ("ita", "it"),
    ("iw", "he"),
    ("jp", "ja"),
    ("nld", "nl"),
    ("por", "pt"),
    ("spa", "es"),
    ("ua", "uk"),
    ("us", "en"),
    ("vn", "vi"),
];

/// The codes of countries.
pub(in crate::author) fn countries() -> Vec<&'static str> {
    COUNTRIES.split_ascii_whitespace().collect()
}

/// The codes of languages with two letters.
pub(in crate::author) fn languages() -> Vec<&'static str> {
    LANGUAGES.split_ascii_whitespace().collect()
}

/// Whether this is the code of a country.
pub(super) fn is_country(code: &str) -> bool {
    is_in(COUNTRIES, code)
}

/// Whether this is a code that a browser may send for a language: those with three letters have none with two.
pub(super) fn is_language(code: &str) -> bool {
    let three = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    (three && listed(&OTHER_LANGUAGES, code).is_none()) || is_in(LANGUAGES, code)
}

/// Whether this is of the form of a subdivision of a country, whose parts are not listed here.
pub(super) fn is_region(code: &str) -> bool {
    let is_part = |part: &str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    code.split_once('-').is_some_and(|(country, part)| is_country(country) && is_part(part))
}

/// What is meant by a text that is no code of a country.
pub(super) fn country(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    if let Some(meant) = listed(&OTHER_COUNTRIES, &code) {
        return Some(did_you_mean(meant));
    }
    if is_country(&code) {
        return Some(did_you_mean(&code));
    }
    let language = is_in(LANGUAGES, &code.to_ascii_lowercase());
    language.then(|| {
        format!(
            "`{text}` is the code of a language: compare it with `language`, as `{}`",
            code.to_ascii_lowercase()
        )
    })
}

/// What is meant by a text that is no code of a language.
pub(super) fn language(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_lowercase();
    let main = code.split(['-', '_']).next().unwrap_or_default();
    let meant = listed(&OTHER_LANGUAGES, main).or_else(|| is_in(LANGUAGES, main).then_some(main));
    meant.map(did_you_mean)
}

/// What is meant by a text that is no code of a subdivision.
pub(super) fn region(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let (country, part) = code.split_once(['-', '_', ' '])?;
    let country = listed(&OTHER_COUNTRIES, country).unwrap_or(country);
    let meant = format!("{country}-{part}");
    is_region(&meant).then(|| did_you_mean(&meant))
}

fn did_you_mean(code: &str) -> String {
    format!("did you mean `{code}`?")
}

fn is_in(list: &str, code: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == code)
}

fn listed<'t>(table: &[(&str, &'t str)], code: &str) -> Option<&'t str> {
    table.iter().find(|(other, _)| *other == code).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole_and_the_other_codes_are_no_codes() {
        assert_eq!(
            (COUNTRIES.split_ascii_whitespace().count(), LANGUAGES.split_ascii_whitespace().count()),
            (250, 183)
        );
        assert!(OTHER_COUNTRIES.iter().all(|(other, meant)| !is_country(other) && is_country(meant)));
        assert!(OTHER_LANGUAGES.iter().all(|(other, meant)| !is_language(other) && is_language(meant)));
    }

    #[test]
    fn a_code_is_told_by_what_is_meant() {
        for (text, meant) in [
            ("UK", "`GB`"),
            ("fr", "`FR`"),
            ("USA", "`US`"),
            ("EL", "`GR`"),
            ("EN", "`language`"),
            ("cs", "`language`"),
        ] {
            assert!(!is_country(text) && country(text).is_some_and(|help| help.contains(meant)), "{text}");
        }
        for (text, meant) in
            [("EN", "`en`"), ("en-GB", "`en`"), ("jp", "`ja`"), ("fr_FR", "`fr`"), ("eng", "`en`")]
        {
            assert!(!is_language(text) && language(text).is_some_and(|help| help.contains(meant)), "{text}");
        }
        for (text, meant) in [("UK-ENG", "`GB-ENG`"), ("us-ca", "`US-CA`"), ("US_CA", "`US-CA`")] {
            assert!(!is_region(text) && region(text).is_some_and(|help| help.contains(meant)), "{text}");
        }
        for text in ["XX", "Ruritania", ""] {
            assert!(!is_country(text) && country(text).is_none(), "{text}");
        }
        assert!(!is_language("xx") && language("xx").is_none() && is_language("fil"));
        assert!(
            !is_region("XX-1") && region("XX-1").is_none() && region("FR").is_none() && is_region("FR-75")
        );
    }
}
