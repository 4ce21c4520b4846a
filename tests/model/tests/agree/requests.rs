//! Random requests of one visitor, and what their browser may send.

use parvis::assign::hash;
use serde_json::{Map, Value as Json, json};

use super::edges;
use super::random::{
    CAMPAIGNS, CATEGORIES, COUNTRIES, DATES, DEVICES, Dice, ITEMS, PREFERENCES, SEARCHES, SEGMENTS,
};

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
const PARAMETERS: [(&str, Option<&str>); 18] = [
    ("MC_EID", Some("a1")),
    ("promo", Some("a1b2c3d4e5f6a7b8c")),
    ("utm_term", Some("jane@mail.example")),
    ("utm_content", Some("06 12 34 5 6")),
    ("utm_source", Some("newsletter")),
    ("utm_source", Some("spring")),
    ("utm_medium", Some("email")),
    ("utm_term", Some("desk & lamps")),
    ("utm_content", Some("b\u{e4}nner+1")),
    ("utm_campaign", Some("")),
    ("utm_campaign", None),
    ("promo", Some("summer sale")),
    ("promo", Some("100%")),
    ("promo", Some("2026")),
    ("promo", Some("\u{5d0}\u{4e00}\u{e9}")),
    ("utm_medium", Some("\u{ff10}\u{ff16} 12 34 5")),
    ("utm_content", Some("b\u{e4}nner-_1")),
    ("trial", None),
];
/// Degrees, as a host has them: `None` where it does not know, and where it knows nothing it says so with 0.
const PLACES: [Option<(f64, f64)>; 8] = [
    None,
    Some((0.04, -0.01)),
    Some((45.76, 4.84)),
    Some((45.81, 4.75)),
    Some((45.77, 4.81)),
    Some((48.86, 2.35)),
    Some((-17.01, 179.94)),
    Some((46.2, 6.1)),
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
pub const MINUTE: i64 = 60_000;

/// The next request of a visitor, some time behind `before`, seldom a little in front of it.
pub fn request(dice: &mut Dice, playbook: &Json, before: &Json) -> Json {
    let path = match dice.below(9) {
        0..=2 => "/".to_owned(),
        3..=5 => format!("/p/{}", dice.pick(&ITEMS)),
        6 => format!("/c/{}", dice.pick(&CATEGORIES)),
        7 => "/search".to_owned(),
        _ => dice.pick(&["/cart", "/p/", "/p/lamp/more"]).to_owned(),
    };
    let consent = match before["consent"].clone() {
        Json::Null if dice.one(2) => Json::Null,
        // Few change their mind.
        answered if !answered.is_null() && !dice.one(8) => answered,
        // A unit that may be used and kept nowhere.
        _ if dice.one(8) => json!([false, false, true, false]),
        _ => (0..4).map(|_| Json::from(!dice.one(4))).collect(),
    };
    let (accept_language, language) = dice.pick(&LANGUAGES);
    let (referer, referrer) = dice.pick(&REFERRERS);
    let reloads = !before.is_null() && dice.one(6);
    let now = match before["clock"].as_i64() {
        Some(clock) if reloads => clock + dice.pick(&[0, 900, 9_000, 9_999, 10_000, -1_000]),
        clock => later(dice, playbook, clock),
    };
    let place =
        if before.is_null() || dice.one(8) { json!(dice.pick(&PLACES)) } else { before["place"].clone() };
    let mut request = json!({
        "path": path, "query": parameters(dice), "device": dice.pick(&DEVICES), "language": language, "referrer": referrer,
        "accept_language": accept_language, "referer": referer, "subdivision": dice.pick(&[None, Some("CA"), Some("IDF")]),
        "country": if before.is_null() { Json::from(dice.pick(&COUNTRIES)) } else { before["country"].clone() },
        "clock": now, "now": now, "consent": consent, "entropy": edges::unit(dice, playbook, before), "place": place,
        "forced": forced(dice, playbook), "stays": dice.pick(&[0, 0, 0, 4, 29, 30, 31, 300]),
        "connection": dice.pick(&[None, Some("save"), Some("slow"), Some("fast")]),
        "events": Json::Null, "cookie": Json::Null, "profile": profile(dice), "hidden": dice.one(4),
    });
    request["events"] = events(dice, playbook, now);
    if reloads {
        request["path"] = before["path"].clone();
        request["query"] = before["query"].clone();
    } else if dice.below(5) < 2 {
        let cookie = if dice.one(16) { edges::visit_cookie(dice, now) } else { visit_cookie(dice, now) };
        request["cookie"] = Json::from(active(dice, cookie, now));
    }
    for (fact, seldom) in [("now", 10), ("entropy", 6), ("country", 10)] {
        if dice.one(seldom) && (fact != "country" || before.is_null()) {
            request[fact] = Json::Null;
        }
    }
    request
}

/// The cookie of the site's login, mostly of its form, seldom longer than is read or with more segments than are kept.
fn profile(dice: &mut Dice) -> Option<String> {
    let many = |count: usize| (0..count).map(|index| format!(".s{index}")).collect::<String>();
    match dice.below(12) {
        0..=3 => None,
        4 => Some(dice.pick(&["", ".", "gold.", "gold..vip", "gold vip", "go%6Cd", "gold,vip"]).to_owned()),
        5 => Some(format!("silver{}.vip", many(dice.pick(&[15, 16, 126, 127])))),
        _ => {
            let segments = (0..dice.below(4)).map(|_| format!(".{}", dice.pick(&SEGMENTS)));
            let segments = segments.collect::<String>();
            let tier = dice.pick(&["", "silver", "gold", "black", "Gold", "vip"]);
            Some(format!("{tier}{segments}")).filter(|value| !value.is_empty())
        }
    }
}

/// The time of the next request: some time later, or around the next time when clocks change or a campaign begins or ends.
fn later(dice: &mut Dice, playbook: &Json, before: Option<i64>) -> i64 {
    let Some(before) = before else { return START + dice.below(14 * 1440) as i64 * MINUTE };
    let time = |date: &str| parvis::base::calendar::parse(date).expect("a date").0;
    let campaigns = playbook["campaigns"].as_array().expect("campaigns").iter();
    let dates = campaigns.flat_map(|campaign| [&campaign["starts"], &campaign["ends"]]);
    let dates = dates.filter_map(Json::as_str).map(time).filter(|date| *date > before).min();
    let change = CHANGES.iter().map(|hour| time(&format!("{hour}:00:00Z"))).find(|change| *change > before);
    match (dice.below(14), change, dates) {
        (0, Some(change), _) => change + dice.pick(&[-61, -60, -1, 0, 1, 59, 60, 61]) * MINUTE,
        (1, _, _) => before - 40 * MINUTE,
        (2 | 3, _, Some(date)) => date + dice.pick(&[-1, 0, 999, 1000]),
        (4, _, _) => edges::hours_later(dice, playbook, before),
        (5, _, _) => edges::schedule(dice, playbook, before),
        (6, _, _) => before + dice.pick(&[4, 5, 29, 30, 31, 239, 240]) * MINUTE,
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
    // What looks like a search is one on some pages.
    for name in ["q", "q", "words"].into_iter().take(dice.below(4)) {
        pairs.push(json!([name, dice.pick(&SEARCHES)]));
    }
    Json::Array(pairs)
}

/// A variant of some campaigns that a preview asks for, seldom.
fn forced(dice: &mut Dice, playbook: &Json) -> Json {
    if !dice.one(12) {
        return json!({});
    }
    let campaigns = playbook["campaigns"].as_array().expect("campaigns");
    let campaign =
        |dice: &mut Dice| campaigns[dice.below(campaigns.len())]["id"].as_str().expect("an id").to_owned();
    (0..1 + dice.below(2)).map(|_| (campaign(dice), Json::from(format!("v{}", dice.below(3))))).collect()
}

/// Values that are told with a date; some are never kept.
fn values(dice: &mut Dice) -> Json {
    let mut values = Map::new();
    for name in ["file", "gate", "platform", "seat", "wagon"] {
        if !dice.one(2) {
            continue;
        }
        let text = dice.pick(&[
            "7",
            "<b>",
            "12 A",
            "\u{e9}&\"",
            "sixteen letters.",
            "seventeen letters",
            "",
            " 7",
            "a\nb",
        ]);
        values.insert(name.into(), Json::from(text));
    }
    Json::Object(values)
}

/// What happens in the browser, while the page is there.
fn events(dice: &mut Dice, playbook: &Json, now: i64) -> Json {
    let campaigns = playbook["campaigns"].as_array().expect("campaigns");
    let count = [0, 0, 1, 1, 2, 3][dice.below(6)];
    (0..count)
        .map(|_| match dice.below(12) {
            0 => json!(["viewed", dice.pick(&ITEMS), ""]),
            11 => json!(["searched", dice.pick(&SEARCHES)]),
            1 => json!(["viewed", dice.pick(&["", "rug"]), dice.pick(&CATEGORIES)]),
            2 | 3 => json!(["dismissed", campaigns[dice.below(campaigns.len())]["id"]]),
            4 | 8 => json!(["declared", dice.pick(&DATES), date(dice, now), values(dice)]),
            9 | 10 => {
                let (name, value) = choice(dice);
                json!(["preferred", name, value])
            }
            5 => {
                let items = ITEMS.iter().filter(|_| dice.one(3)).collect::<Vec<_>>();
                let lines: Vec<Json> =
                    items.into_iter().map(|item| json!([item, 1 + dice.below(3)])).collect();
                json!(["cart", lines])
            }
            _ => {
                let category = if dice.one(3) { dice.pick(&CATEGORIES) } else { "" };
                json!(["bought", dice.pick(&ITEMS), category, dice.below(3)])
            }
        })
        .collect()
}

/// A preference and a value, which the playbook may not list; empty where it is taken back.
fn choice(dice: &mut Dice) -> (&'static str, &'static str) {
    let (name, values) = dice.pick(&PREFERENCES);
    match dice.below(8) {
        0 | 1 => (name, ""),
        2 => (dice.pick(&["sport", "colour"]), dice.pick(&["", "news", "red"])),
        _ => (name, dice.pick(values)),
    }
}

/// A date that a site declares, mostly some days from now, or what is none.
fn date(dice: &mut Dice, now: i64) -> String {
    let days = now.div_euclid(24 * 60 * MINUTE) + dice.below(60) as i64 - 20;
    let (year, month, day) = civil(days);
    match dice.below(8) {
        0 => String::new(),
        1 => dice.pick(&["2027-02-29", "02-29", "13-01", "1970-12-01", "2027-2-3"]).to_owned(),
        2 | 3 => format!("{month:02}-{day:02}"),
        4 | 5 => {
            // Within a day, so that hours and minutes matter.
            let minute = now / MINUTE + dice.below(2400) as i64 - 600;
            let (year, month, day) = civil(minute.div_euclid(1440));
            format!("{year}-{month:02}-{day:02}T{:02}:{:02}", minute / 60 % 24, minute % 60)
        }
        6 => format!(
            "{year}-{month:02}-{day:02}T{}",
            dice.pick(&["08:15", "24:00", "8:15", "23:59Z", "02:30"])
        ),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

/// Year, month and day of a day since 1970 (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let place = (5 * of_year + 2) / 153;
    let month = if place < 10 { place + 3 } else { place - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * place + 2) / 5 + 1)
}

fn code(name: &str) -> String {
    format!("{:08x}", hash::code(name))
}

/// A visit cookie with its last activity, as most have one.
fn active(dice: &mut Dice, cookie: String, now: i64) -> String {
    if cookie.contains("~l") || dice.one(4) {
        return cookie;
    }
    let minute = now / MINUTE - dice.pick(&[-90, 0, 3, 4, 5, 29, 30, 31, 239, 240, 9999]);
    let begun = if dice.one(3) { "!b" } else { "" };
    let campaign = if dice.one(3) { format!("!{}", code(dice.pick(&CAMPAIGNS))) } else { String::new() };
    let odd = if dice.one(30) { dice.pick(&["!b", "!", "*1", "~l5"]) } else { "" };
    format!("{cookie}~l{minute}{begun}{campaign}{odd}")
}

/// A visit cookie as the browser might have left it, or something that is none.
fn visit_cookie(dice: &mut Dice, now: i64) -> String {
    let waved = |dice: &mut Dice| code(dice.pick(&["c0", "c1", "c2", "group group-0", "c0 x"]));
    match dice.below(23) {
        0 => "a~zzz~k".to_owned(),
        19..22 => {
            let number = |value: &str| if value.is_empty() { 0 } else { hash::code(value) & 0xffff };
            let told: Vec<String> = (0..1 + dice.below(3))
                .map(|_| choice(dice))
                .map(|(name, value)| format!("{}*{}", code(name), number(value)))
                .collect();
            format!("a~r{}", told.join("!"))
        }
        22 => "a~clighting~qdesk+lamp!50%25+%3cb%3e%27off%27%22%21%7e%2a%28%26%29+1234!%c3%a9tag%c3%a8re"
            .to_owned(),
        18 => {
            let pages = dice.pick(&[0, 1, 2, 65_534, 65_535]);
            let began = if pages > 0 && dice.one(3) { 0 } else { now / 1000 - dice.below(7200) as i64 + 60 };
            format!("a~cdesks!lighting~n{pages}*{began}")
        }
        1 => format!("a~i{}~k{}*2", dice.pick(&ITEMS), dice.pick(&ITEMS)),
        2 => format!("a~x{}*1~d{}!{}", waved(dice), waved(dice), waved(dice)),
        3 => format!("a~k{}*{}!rug*1", dice.pick(&["lamp", "desk"]), 1 + dice.below(3)),
        4 => format!("a~klamp*1!rug*2~t{}*{}", now / MINUTE - dice.below(90) as i64, dice.below(3)),
        5..8 => {
            let trip = now / (1440 * MINUTE) + dice.below(12) as i64 - 4;
            format!("a~o{}*{trip}!{}*{}", code("trip"), code("birthday"), 12 * 32 + dice.below(31))
        }
        8..15 => {
            let kept = (0..8).filter(|_| !dice.one(4)).collect::<Vec<usize>>();
            let kept = kept.into_iter().map(|campaign| {
                let (version, variant) = (1 + dice.below(4), code(&format!("v{}", dice.below(3))));
                let first = if dice.one(3) { version } else { 1 };
                format!("{}{}{version:02x}{first:02x}", code(&format!("c{campaign}")), &variant[4..])
            });
            let kept = kept.collect::<Vec<_>>().join("!");
            let unit = if dice.one(12) { String::new() } else { format!("~u{:016x}", dice.next()) };
            if kept.is_empty() { format!("a{unit}") } else { format!("a{unit}~g{kept}") }
        }
        _ => {
            let mut past: Vec<String> = Vec::new();
            for _ in 0..1 + dice.below(3) {
                let (item, category) = dice.pick(&[
                    ("lamp", "lighting"),
                    ("desk", "desks"),
                    ("rug", "soft-goods"),
                    ("chair", ""),
                ]);
                let category = if category.is_empty() { "00000000".to_owned() } else { code(category) };
                past.push(match dice.below(6) {
                    kind @ 1..4 => format!("{kind}{}{category}", code(item)),
                    4 => format!("4{}00000000", waved(dice)),
                    _ => format!("1{}{category}", code(item)),
                });
            }
            format!("a~i{}~p{}", dice.pick(&ITEMS), past.join("!"))
        }
    }
}
