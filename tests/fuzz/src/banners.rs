//! One target a banner: its cookies hold the lines of the input, and its choice test must have been passed.
//!
//! The first line is the value of the banner's first name, the second of its second, and so on from the front again: with
//! more lines than names there are copies that contradict each other.

use parvis::consent::cmp;
use parvis::consent::purpose::Purpose;

use crate::laws::{PLACES, Visitor, hold};

/// Targets with the names a banner writes, and words one of which must be in what it wrote where it grants something.
macro_rules! targets {
    ($($target:ident: [$($name:literal),*] grants with [$($word:literal),*];)*) => {
        $(pub(crate) fn $target(input: &[u8]) {
            banner(&[$($name),*], &[$($word),*], input);
        })*
    };
}

targets! {
    onetrust: ["OptanonConsent", "OptanonAlertBoxClosed"] grants with ["groups="];
    cookiebot: ["CookieConsent"] grants with ["stamp"];
    axeptio: ["axeptio_cookies"] grants with ["$$completed"];
    tarteaucitron: ["tarteaucitron"] grants with ["=true"];
    klaro: ["klaro"] grants with ["true"];
    orejime: ["eu-consent"] grants with ["true"];
    vanilla: ["cc_cookie"] grants with ["consentTimestamp"];
    cookieyes: ["cookieyes-consent"] grants with ["action:yes"];
    trustarc: ["notice_behavior", "notice_gdpr_prefs", "notice_preferences", "cmapi_cookie_privacy"]
        grants with ["expressed"];
    complianz: ["cmplz_preferences", "cmplz_statistics", "cmplz_marketing", "cmplz_policy_id"]
        grants with ["allow"];
    cookieconsent: ["cookieconsent_status"] grants with ["allow"];
    shopify: ["_tracking_consent"] grants with ["CMP"];
    usercentrics: ["ucData"] grants with ["services"];
}

/// Didomi's token is base64, so the words are looked for inside.
pub(crate) fn didomi(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(&["didomi_token"], &text);
    for place in PLACES {
        let resolution = hold(&visitor, place);
        if allowed_by_choice(&resolution) {
            let mut scratch = [0; parvis::limits::COOKIE_VALUE_BYTES];
            let found = text.lines().any(|token| {
                cmp::didomi::decode(token, &mut scratch).is_some_and(|json| json.contains("enabled"))
            });
            assert!(found, "granted without a list of what was enabled");
        }
    }
}

/// Status 1 opts out of everything.
pub(crate) fn commanders_act(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(&["TC_PRIVACY"], &text);
    for place in PLACES {
        let resolution = hold(&visitor, place);
        let opted_in = text.lines().any(|line| unescaped(line).starts_with("0@"));
        assert!(opted_in || !allowed_by_choice(&resolution), "granted by status other than 0");
    }
}

/// The answer about ads is two answers.
pub(crate) fn consent_mode(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(&["@consent-mode"], &text);
    for place in PLACES {
        let resolution = hold(&visitor, place);
        let granted = crate::laws::granted(&resolution);
        if granted.contains(Purpose::Profile) || granted.contains(Purpose::SaleShare) {
            let both = text.lines().map(unescaped).any(|line| {
                line.contains("ad_user_data:granted") && line.contains("ad_personalization:granted")
            });
            assert!(both, "ads granted by one of the two answers");
        }
    }
}

/// Additional consent says nothing by itself.
pub(crate) fn quantcast(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(&["addtl_consent", "consentUUID"], &text);
    for place in PLACES {
        assert!(crate::laws::granted(&hold(&visitor, place)).is_empty());
    }
    if let Some((version, ids)) = cmp::quantcast::parts(&text) {
        assert_eq!(format!("{version}~{ids}"), text);
    }
}

fn banner(names: &[&str], words: &[&str], input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(names, &text);
    let readable = text.lines().map(unescaped).collect::<Vec<_>>();
    for place in PLACES {
        let resolution = hold(&visitor, place);
        let said = readable.iter().any(|line| words.iter().any(|word| line.contains(word)));
        assert!(said || !allowed_by_choice(&resolution), "granted, but nobody chose");
        if let Some(second) = names.get(1).filter(|name| **name == "OptanonAlertBoxClosed") {
            let closed = visitor.flags.iter().any(|(name, _)| name == second);
            assert!(closed || !allowed_by_choice(&resolution), "granted before the banner was closed");
        }
    }
}

fn allowed_by_choice(resolution: &parvis::consent::resolve::Resolution) -> bool {
    !crate::laws::granted(resolution).is_empty()
}

fn visitor(names: &[&str], text: &str) -> Visitor {
    let flags = text.lines().zip(names.iter().cycle()).take(12);
    Visitor {
        flags: flags.map(|(line, name)| ((*name).to_owned(), line.to_owned())).collect(),
        ..Visitor::default()
    }
}

/// Percent-escapes resolved in the plainest way, wrong ones left as they are.
fn unescaped(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                out.push(byte);
                rest = &tail[2..];
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
