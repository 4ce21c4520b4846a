//! What the JavaScript layer asks: one flat text, split at NUL, turned into the engine's facts.
//!
//! Six fields, then records of three fields. NUL cannot be part of a cookie or of a URL, and the layer removes it from
//! everything else. The text is a visitor's and is not trusted: what is missing or odd is absent, and no length is
//! believed.
//!
//! | field | holds |
//! |---|---|
//! | 0 | `document.cookie`, whole |
//! | 1 | country, or country and subdivision as `US-CA`, or empty |
//! | 2 | `1` if `navigator.globalPrivacyControl`, `2` if `navigator.doNotTrack`, `3` if both |
//! | 3 | `1` behind an edge |
//! | 4 | `1` if the page arrives and no edge has decided it |
//! | 5 | visitor memory as `=value`, or empty |
//! | records | `s` key value: web storage of a banner; `b` block campaign: what shows; `v` item category: viewed; `f` text: searched for; `d` campaign: dismissed; `o` name date: declared, or taken away where the date is empty; `r` name value: preferred, or taken back where the value is empty; `c`: cart, followed by `l` item quantity; `a` grants denials: the visitor's own choice (see [`parvis::decide::mirror`]); `w`: no banner is awaited any more; `h` languages referrer: `navigator.languages` with commas, `document.referrer`; `n` saving kind: `on` or empty, and `navigator.connection.effectiveType`; `p` item category: bought, followed by `q` quantity where it is not all of it |

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use parvis::base::calendar::Millis;
use parvis::decide::mirror::Asked;
use parvis::facts::{BrowserFacts, Event, Facts, region};
use parvis::playbook::Playbook;

/// What separates fields.
pub const SEPARATOR: char = '\0';
/// Fields before the records.
const HEAD: usize = 6;
/// Records that are looked at: more than blocks, cart lines and banners of one page come to.
const RECORDS: usize = 256;

/// Where and when a question is asked, as the browser itself tells.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// `location.pathname`.
    pub path: String,
    /// `location.search`, with or without its question mark.
    pub query: String,
    /// `navigator.userAgent`.
    pub user_agent: String,
    /// `Date.now()`.
    pub now: Option<Millis>,
    /// 32 bytes of `crypto.getRandomValues`; anything else counts as no entropy.
    pub entropy: Vec<u8>,
}

/// The engine's facts for `question`, asked at `place`.
pub fn facts(question: &str, place: &Place, playbook: Option<&Playbook>) -> Facts {
    let mut fields = question.split(SEPARATOR);
    let mut next = || fields.next().unwrap_or_default();
    let cookies = next();
    let (country, subdivision) = region(next());
    let asked = next();
    let global_privacy_control = matches!(asked, "1" | "3");
    let dnt = matches!(asked, "2" | "3");
    let behind_edge = next() == "1";
    let arrives = next() == "1";
    let memory = next().strip_prefix('=').map(str::to_owned);
    let mut browser =
        BrowserFacts { global_privacy_control, memory, behind_edge, arrives, ..BrowserFacts::default() };
    let (mut accept_language, mut referrer) = ("", "");
    let (mut saving, mut speed) = ("", "");
    for (kind, first, second) in records(question) {
        match kind {
            "h" => (accept_language, referrer) = (first, second),
            "n" => (saving, speed) = (first, second),
            _ => record(&mut browser, playbook, kind, first, second),
        }
    }
    let said = |name| {
        let value = match name {
            "cookie" => cookies,
            "dnt" if dnt => "1",
            "user-agent" => place.user_agent.as_str(),
            "accept-language" => accept_language,
            "referer" => referrer,
            "save-data" => saving,
            "ect" => speed,
            _ => "",
        };
        if value.is_empty() { Vec::new() } else { vec![value.to_owned()] }
    };
    Facts {
        country,
        subdivision,
        now: place.now,
        entropy: place.entropy.as_slice().try_into().ok(),
        browser: Some(browser),
        ..Facts::from_headers(
            "GET",
            &place.path,
            place.query.strip_prefix('?').unwrap_or(&place.query),
            &said,
        )
    }
}

/// The records of a question, in their order; one that is cut off ends them.
fn records(question: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut fields = question.split(SEPARATOR).skip(HEAD);
    core::iter::from_fn(move || Some((fields.next()?, fields.next()?, fields.next()?))).take(RECORDS)
}

/// What a question says of the mirror: the visitor's own choice, and whether the banners had their time.
pub fn asked(question: &str) -> Asked<'_> {
    let mut asked = Asked::default();
    for (kind, first, second) in records(question) {
        match kind {
            "a" => asked.choice = Some((first, second)),
            "w" => asked.settled = true,
            _ => {}
        }
    }
    asked
}

fn record(browser: &mut BrowserFacts, playbook: Option<&Playbook>, kind: &str, first: &str, second: &str) {
    match kind {
        "s" => browser.local_storage.push((first.to_owned(), second.to_owned())),
        "b" => browser.shown.extend(playbook.and_then(|playbook| shown(playbook, first, second))),
        "v" => browser.events.push(Event::Viewed { item: first.to_owned(), category: second.to_owned() }),
        "f" => browser.events.push(Event::Searched(first.to_owned())),
        "d" => browser.events.push(Event::Dismissed(first.to_owned())),
        "o" => {
            browser.events.push(Event::Declared { name: first.to_owned(), date: second.to_owned() });
        }
        "r" => {
            browser.events.push(Event::Preferred { name: first.to_owned(), value: second.to_owned() });
        }
        "c" => browser.events.push(Event::Cart(Vec::new())),
        "l" => {
            if let Some(Event::Cart(lines)) = browser.events.last_mut() {
                lines.push((first.to_owned(), quantity(second)));
            }
        }
        "p" => {
            let (item, category) = (first.to_owned(), second.to_owned());
            browser.events.push(Event::Bought { item, category, quantity: 0 });
        }
        "q" => {
            if let Some(Event::Bought { quantity, .. }) = browser.events.last_mut() {
                *quantity = self::quantity(first);
            }
        }
        _ => {}
    }
}

/// The indexes of what shows; ids that the playbook does not know show nothing of ours.
fn shown(playbook: &Playbook, block: &str, campaign: &str) -> Option<(u16, u16)> {
    let block = (0..=u16::MAX).map_while(|index| playbook.block(index)).find(|known| known.id == block)?;
    let campaign = playbook.every_campaign().find(|known| known.id() == campaign)?;
    Some((block.index, campaign.index))
}

/// Decimal digits, at most the largest quantity a line holds; anything else is none.
fn quantity(digits: &str) -> u16 {
    digits.bytes().fold(0_u16, |sum, byte| match byte {
        b'0'..=b'9' => sum.saturating_mul(10).saturating_add(u16::from(byte.wrapping_sub(b'0'))),
        _ => 0,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failing test may panic")]

    use parvis::facts::Connection;

    use super::*;

    fn ask(fields: &[&str]) -> Facts {
        facts(&fields.join("\0"), &Place::default(), None)
    }

    #[test]
    fn every_field_reaches_the_facts() {
        let place = Place {
            path: "/p/desk-lamp".to_owned(),
            query: "?utm_campaign=spring".to_owned(),
            user_agent: "Test".to_owned(),
            now: Some(Millis(5)),
            entropy: vec![7; 32],
        };
        let question = ["a=1; b=2", "fr", "1", "1", "1", "=kept"].join("\0");
        let facts = facts(&question, &place, None);
        assert_eq!(facts.path, "/p/desk-lamp");
        assert_eq!(facts.query, "utm_campaign=spring");
        assert_eq!(facts.cookies, ["a=1; b=2".to_owned()].into());
        assert_eq!(facts.country.as_deref(), Some("FR"));
        assert_eq!(facts.entropy, Some([7; 32]));
        assert_eq!(facts.now, Some(Millis(5)));
        let browser = facts.browser.unwrap();
        assert!(browser.global_privacy_control && browser.behind_edge && browser.arrives);
        assert_eq!(browser.memory.as_deref(), Some("kept"));
        let asked = |flags: &str| {
            let facts = ask(&["", "", flags]);
            (facts.browser.is_some_and(|browser| browser.global_privacy_control), facts.dnt)
        };
        assert_eq!([asked(""), asked("2"), asked("3")], [(false, false), (false, true), (true, true)]);
    }

    #[test]
    fn records_become_events_in_their_order() {
        let browser = ask(&[
            "",
            "",
            "",
            "",
            "",
            "",
            "v",
            "desk-lamp",
            "",
            "c",
            "",
            "",
            "l",
            "oak-desk",
            "2",
            "l",
            "stool",
            "99999",
            "s",
            "ucData",
            "{}",
            "v",
            "",
            "lighting",
            "o",
            "trip",
            "2027-05-01",
            "r",
            "sport",
            "running",
        ])
        .browser
        .unwrap();
        assert_eq!(
            browser.events,
            [
                Event::Viewed { item: "desk-lamp".to_owned(), category: String::new() },
                Event::Cart(vec![("oak-desk".to_owned(), 2), ("stool".to_owned(), u16::MAX)]),
                Event::Viewed { item: String::new(), category: "lighting".to_owned() },
                Event::Declared { name: "trip".to_owned(), date: "2027-05-01".to_owned() },
                Event::Preferred { name: "sport".to_owned(), value: "running".to_owned() },
            ]
        );
        assert_eq!(browser.local_storage, [("ucData".to_owned(), "{}".to_owned())]);
        assert!(!browser.behind_edge && browser.memory.is_none());
        let sold =
            ["", "", "", "", "", "", "q", "3", "", "p", "stool", "", "p", "oak-desk", "desks", "q", "2", ""];
        let bought = |item: &str, category: &str, quantity| Event::Bought {
            item: item.to_owned(),
            category: category.to_owned(),
            quantity,
        };
        assert_eq!(
            ask(&sold).browser.unwrap().events,
            [bought("stool", "", 0), bought("oak-desk", "desks", 2)],
            "a quantity of nothing is dropped"
        );
        let found = ask(&["", "", "", "", "", "", "f", "Desk  lamp", ""]);
        assert_eq!(found.browser.unwrap().events, [Event::Searched("Desk  lamp".to_owned())]);
        let came = ask(&["", "", "", "", "", "", "h", "fr-CH,en", "https://www.bing.com/"]);
        assert_eq!(
            (came.accept_language.as_str(), came.referrer.as_str()),
            ("fr-CH,en", "https://www.bing.com/")
        );
        assert_eq!(came.connection, None);
        let saving = ask(&["", "", "", "", "", "", "n", "on", "4g"]);
        assert_eq!(saving.connection, Some(Connection::Save));
    }

    #[test]
    fn odd_questions_are_absent_values_and_never_a_panic() {
        assert!(ask(&[]).cookies.is_empty());
        assert_eq!(ask(&["", "FRA"]).country, None);
        let california = ask(&["", "us-ca"]);
        assert_eq!(
            (california.country.as_deref(), california.subdivision.as_deref()),
            (Some("US"), Some("CA"))
        );
        assert_eq!(ask(&["", "\u{e9}"]).country, None);
        let cut = ask(&["", "", "", "", "", "", "v", "item without a category"]).browser.unwrap();
        assert!(cut.events.is_empty());
        let strange = ask(&["", "", "", "", "", "", "l", "line", "1", "?", "?", "?", "b", "hero", "x"])
            .browser
            .unwrap();
        assert!(strange.events.is_empty() && strange.shown.is_empty());
        let endless = ask(&vec!["v"; 100_000]).browser.unwrap();
        assert_eq!(endless.events.len(), RECORDS);
        let short = facts("", &Place { entropy: vec![1; 31], ..Place::default() }, None);
        assert_eq!(short.entropy, None);
    }

    #[test]
    fn quantities_are_bounded_numbers() {
        for (text, number) in [("0", 0), ("12", 12), ("65536", u16::MAX), ("", 0), ("1x", 0), ("-3", 3)] {
            assert_eq!(quantity(text), number, "{text}");
        }
    }
}
