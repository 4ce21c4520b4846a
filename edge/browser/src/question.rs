//! What the JavaScript layer asks: one flat text, split at NUL, turned into the engine's facts.
//!
//! The fields of [`Question`], then records of three fields: a code of [`Record`] and two values. NUL cannot be part of a cookie
//! or of a URL, and the layer removes it from everything else. The text is a visitor's and is not trusted: what is missing or
//! odd is absent, and no length is believed.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use parvis::base::calendar::Millis;
use parvis::decide::mirror::Asked;
use parvis::facts::{BrowserFacts, Connection, Event, Facts, Method, region};
use parvis::playbook::Playbook;

use crate::records::{Question, Record, SEPARATOR};

/// Records that are looked at: more than blocks, cart lines and banners of one page come to.
const RECORDS: usize = 256;

/// In place of a country: an edge told that the law asks for opt-out there.
const OPT_OUT: &str = "+";

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
    let head = Question::ALL.map(|_| fields.next().unwrap_or_default());
    let [cookies, country, asked, edge, arrives, memory] = head;
    let opt_out = country == OPT_OUT;
    let (country, subdivision) = region(country);
    let global_privacy_control = matches!(asked, "1" | "3");
    let dnt = matches!(asked, "2" | "3");
    let (behind_edge, arrives) = (edge == "1", arrives == "1");
    let memory = memory.strip_prefix('=').map(str::to_owned);
    let mut browser = BrowserFacts {
        global_privacy_control,
        memory,
        behind_edge,
        arrives,
        opt_out,
        ..BrowserFacts::default()
    };
    let (mut accept_language, mut referrer) = ("", "");
    let mut connection = None;
    for (kind, first, second) in records(question) {
        match kind {
            Record::Locale => (accept_language, referrer) = (first, second),
            Record::Network => connection = Connection::of(&[first], &[second]),
            _ => record(&mut browser, playbook, kind, first, second),
        }
    }
    // A page has no headers: what `Facts::from_headers` reads in them, it says itself.
    Facts {
        method: Method::Get,
        path: place.path.clone(),
        query: place.query.strip_prefix('?').unwrap_or(&place.query).to_owned(),
        cookies: Some(cookies).filter(|all| !all.is_empty()).into_iter().map(str::to_owned).collect(),
        dnt,
        user_agent: place.user_agent.clone(),
        accept_language: accept_language.to_owned(),
        referrer: referrer.to_owned(),
        country,
        subdivision,
        connection,
        now: place.now,
        entropy: place.entropy.as_slice().try_into().ok(),
        browser: Some(browser),
        ..Facts::default()
    }
}

/// The records of a question, in their order; one that is cut off ends them.
fn records(question: &str) -> impl Iterator<Item = (Record, &str, &str)> {
    let mut fields = question.split(SEPARATOR).skip(Question::ALL.len());
    let all = core::iter::from_fn(move || Some((fields.next()?, fields.next()?, fields.next()?)));
    all.take(RECORDS).filter_map(|(code, first, second)| Some((Record::from_code(code)?, first, second)))
}

/// What a question says of the mirror: the visitor's own choice, and whether the banners had their time.
pub fn asked(question: &str) -> Asked<'_> {
    let mut asked = Asked::default();
    for (kind, first, second) in records(question) {
        match kind {
            Record::Choice => asked.choice = Some((first, second)),
            Record::Settled => asked.settled = true,
            _ => {}
        }
    }
    asked
}

fn record(browser: &mut BrowserFacts, playbook: Option<&Playbook>, kind: Record, first: &str, second: &str) {
    match kind {
        Record::Stored => browser.local_storage.push((first.to_owned(), second.to_owned())),
        Record::Shown => browser.shown.extend(playbook.and_then(|playbook| shown(playbook, first, second))),
        Record::Viewed => {
            browser.events.push(Event::Viewed { item: first.to_owned(), category: second.to_owned() })
        }
        Record::Searched => browser.events.push(Event::Searched(first.to_owned())),
        Record::Dismissed => browser.events.push(Event::Dismissed(first.to_owned())),
        Record::Declared => {
            let (name, date) = (first.to_owned(), second.to_owned());
            browser.events.push(Event::Declared { name, date, values: Vec::new() });
        }
        Record::Value => {
            if let Some(Event::Declared { values, .. }) = browser.events.last_mut() {
                values.push((first.to_owned(), second.to_owned()));
            }
        }
        Record::Preferred => {
            browser.events.push(Event::Preferred { name: first.to_owned(), value: second.to_owned() });
        }
        Record::Cart => browser.events.push(Event::Cart(Vec::new())),
        Record::Line => {
            if let Some(Event::Cart(lines)) = browser.events.last_mut() {
                lines.push((first.to_owned(), quantity(second)));
            }
        }
        Record::Bought => {
            let (item, category) = (first.to_owned(), second.to_owned());
            browser.events.push(Event::Bought { item, category, quantity: 0 });
        }
        Record::Pieces => {
            if let Some(Event::Bought { quantity, .. }) = browser.events.last_mut() {
                *quantity = self::quantity(first);
            }
        }
        // Of the head of the question, not of what happened.
        Record::Locale | Record::Network | Record::Settled | Record::Choice => {}
    }
}

/// The indexes of what shows; ids that the playbook does not know show nothing of ours.
fn shown(playbook: &Playbook, block: &str, campaign: &str) -> Option<(u16, u16)> {
    let block = (0..=u16::MAX).map_while(|index| playbook.block(index)).find(|known| known.id == block)?;
    let campaign = playbook.every_campaign().find(|known| playbook.told(known.id()) == campaign)?;
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

    use alloc::vec;

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
            "e",
            "platform",
            "7",
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
                Event::Declared {
                    name: "trip".to_owned(),
                    date: "2027-05-01".to_owned(),
                    values: vec![("platform".to_owned(), "7".to_owned())],
                },
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
