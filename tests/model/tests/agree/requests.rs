//! Random requests of one visitor, and what their browser may send.

use parvis_model::code;
use serde_json::{Value as Json, json};

use super::random::{CAMPAIGNS, CATEGORIES, COUNTRIES, DEVICES, Dice, ITEMS};

/// What led to a page, as a browser says it, and which class that is.
const REFERRERS: [(&str, &str); 10] = [
    ("", "direct"),
    ("https://www.google.co.uk/search?q=lamp", "search"),
    ("https://duckduckgo.com/", "search"),
    ("https://mail.google.com/mail/u/0/", "mail"),
    ("https://webmail.provider.example/", "mail"),
    ("https://l.facebook.com/", "social"),
    ("https://t.co/abc", "social"),
    ("https://ft.co/google", "other"),
    ("https://blog.shop.example/lamps", "same-site"),
    ("https://workshop.example/", "other"),
];
/// What a browser accepts, and which language that asks for first.
const LANGUAGES: [(&str, Option<&str>); 8] = [
    ("", None),
    ("fr-CH, fr;q=0.9, en;q=0.8", Some("fr")),
    ("en;q=0.5, de", Some("de")),
    ("*, en;q=0", None),
    ("de;q=0.8,FR;q=0.8", Some("de")),
    ("de;q=0.1, fr;q=2, en;q=0.2", Some("en")),
    ("gsw-CH , en;q=0.3", Some("gsw")),
    ("x, *;q=0.1", None),
];
/// Parameters of addresses: the first of a name counts, one may be empty or stand alone, and signs are encoded.
const PARAMETERS: [(&str, Option<&str>); 10] = [
    ("utm_source", Some("newsletter")),
    ("utm_source", Some("spring")),
    ("utm_medium", Some("email")),
    ("utm_term", Some("desk & lamps")),
    ("utm_content", Some("b\u{e4}nner+1")),
    ("utm_campaign", Some("")),
    ("utm_campaign", None),
    ("promo", Some("summer sale")),
    ("promo", Some("100%")),
    ("trial", None),
];
/// 2026-11-01.
const START: i64 = 1_793_491_200_000;
/// When clocks change in Europe and, five and eight hours behind UTC, in America: published dates, in UTC.
const CHANGES: [&str; 18] = [
    "2026-11-01T06",
    "2027-03-14T07",
    "2027-03-14T10",
    "2027-03-28T01",
    "2027-10-31T01",
    "2027-11-07T06",
    "2027-11-07T09",
    "2028-03-12T07",
    "2028-03-26T01",
    "2028-10-29T01",
    "2028-11-05T09",
    "2029-03-11T10",
    "2029-03-25T01",
    "2029-10-28T01",
    "2029-11-04T06",
    "2030-03-31T01",
    "2030-10-27T01",
    "2030-11-03T06",
];
const MINUTE: i64 = 60_000;

/// The next request of a visitor, some time behind `before`, seldom a little in front of it.
pub fn request(dice: &mut Dice, playbook: &Json, before: &Json) -> Json {
    let path = match dice.below(8) {
        0..=2 => "/".to_owned(),
        3..=5 => format!("/p/{}", dice.pick(&ITEMS)),
        6 => format!("/c/{}", dice.pick(&CATEGORIES)),
        _ => dice.pick(&["/cart", "/p/", "/p/lamp/more"]).to_owned(),
    };
    let consent = match before["consent"].clone() {
        Json::Null if dice.one(2) => Json::Null,
        // Few change their mind.
        answered if !answered.is_null() && !dice.one(8) => answered,
        _ => (0..3).map(|_| Json::from(!dice.one(4))).collect(),
    };
    let (accept_language, language) = dice.pick(&LANGUAGES);
    let (referer, referrer) = dice.pick(&REFERRERS);
    let now = later(dice, playbook, before["clock"].as_i64());
    let mut request = json!({
        "path": path, "query": parameters(dice), "device": dice.pick(&DEVICES), "language": language, "referrer": referrer,
        "accept_language": accept_language, "referer": referer, "subdivision": dice.pick(&[None, Some("CA"), Some("IDF")]),
        "country": if before.is_null() { Json::from(dice.pick(&COUNTRIES)) } else { before["country"].clone() },
        "clock": now, "now": now, "consent": consent, "entropy": dice.next(), "dismisses": dice.one(3),
    });
    for fact in ["now", "entropy", "country"] {
        if dice.one(25) && (fact != "country" || before.is_null()) {
            request[fact] = Json::Null;
        }
    }
    request
}

/// The time of the next request: some time later, or around the next time when clocks change or a campaign begins or ends.
fn later(dice: &mut Dice, playbook: &Json, before: Option<i64>) -> i64 {
    let Some(before) = before else { return START + dice.below(14 * 1440) as i64 * MINUTE };
    let time = |date: &str| parvis::consent::time::parse(date).expect("a date").0;
    let campaigns = playbook["campaigns"].as_array().expect("campaigns").iter();
    let dates = campaigns.flat_map(|campaign| [&campaign["starts"], &campaign["ends"]]);
    let dates = dates.filter_map(Json::as_str).map(time).filter(|date| *date > before).min();
    let change = CHANGES.iter().map(|hour| time(&format!("{hour}:00:00Z"))).find(|change| *change > before);
    match (dice.below(12), change, dates) {
        (0, Some(change), _) => change + dice.pick(&[-61, -60, -1, 0, 1, 59, 60, 61]) * MINUTE,
        (1, _, _) => before - 40 * MINUTE,
        (2 | 3, _, Some(date)) => date + dice.pick(&[-1, 0, 999, 1000]),
        _ => before + dice.pick(&[1, 17, 60, 440, 1440, 3 * 1440, 9 * 1440, 100 * 1440]) * MINUTE,
    }
}

/// The parameters of an address, sometimes more than are looked at.
fn parameters(dice: &mut Dice) -> Json {
    if dice.one(20) {
        return (0..18).map(|index| json!(["p", (index + dice.below(2)).to_string()])).collect();
    }
    let mut pairs: Vec<Json> = (0..dice.below(4)).map(|_| json!(dice.pick(&PARAMETERS))).collect();
    if dice.one(2) {
        pairs.push(json!(["utm_campaign", dice.pick(&CAMPAIGNS)]));
    }
    Json::Array(pairs)
}

/// A visit cookie as the browser might have left it, or something that is none.
pub fn visit_cookie(dice: &mut Dice) -> String {
    let code = |dice: &mut Dice| code(dice.pick(&["c0", "c1", "c2", "group group-0", "c0 x"]));
    match dice.below(5) {
        0 => "a~zzz~k".to_owned(),
        1 => format!("a~i{}~k{}*2", dice.pick(&ITEMS), dice.pick(&ITEMS)),
        2 => format!("a~x{}*1~d{}!{}", code(dice), code(dice), code(dice)),
        _ => format!("a~k{}*{}!rug*1", dice.pick(&["lamp", "desk"]), 1 + dice.below(3)),
    }
}
