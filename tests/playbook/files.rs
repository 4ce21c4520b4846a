//! Playbooks end to end: what `check` says of the fixtures, what compiling keeps, and what damage does.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use parvis::assign::hash;
use parvis::author::check::{Checked, check, rules};
use parvis::author::compile::compile;
use parvis::condition::{Fuel, Reading, SignalReader, Texts, Truth, Value, eval};
use parvis::consent::purpose::Purpose;
use parvis::html::template::render;
use parvis::playbook::Playbook;
use parvis::playbook::values::CatalogValues;
use parvis::playbook::view::Content;
use parvis::reason::Reason;
use parvis::signal::registry::Signal;
use serde_json::{Value as Json, json};

#[test]
fn every_valid_playbook_passes_without_a_word() {
    for path in fixtures("valid") {
        let checked = check(&fs::read_to_string(&path).unwrap());
        assert!(checked.diagnostics.is_empty(), "{}\n{}", path.display(), lines(&checked));
        assert!(checked.draft.is_some(), "{}", path.display());
    }
}

/// With `PARVIS_BLESS` set, the expectations are written anew; read the difference before committing it.
#[test]
fn every_invalid_playbook_gives_exactly_the_expected_diagnostics() {
    for path in fixtures("invalid") {
        let checked = expect_diagnostics(&path);
        assert!(checked.is_refused() && checked.draft.is_none(), "{} has no error", path.display());
    }
    assert!(fixtures("invalid").len() >= 60);
}

#[test]
fn every_doubtful_playbook_compiles_and_gives_exactly_the_expected_warnings() {
    for path in fixtures("doubtful") {
        let checked = expect_diagnostics(&path);
        assert!(!checked.diagnostics.is_empty() && !checked.is_refused(), "{}", path.display());
        compile(&checked.draft.unwrap()).unwrap();
    }
}

fn expect_diagnostics(path: &Path) -> Checked {
    let checked = check(&fs::read_to_string(path).unwrap());
    let expected = path.with_extension("expected");
    if std::env::var_os("PARVIS_BLESS").is_some() {
        fs::write(&expected, lines(&checked)).unwrap();
    }
    let expected = fs::read_to_string(&expected).unwrap_or_default();
    assert_eq!(lines(&checked), expected, "{}\n{:#?}", path.display(), checked.diagnostics);
    checked
}

#[test]
fn every_kind_of_problem_has_a_rule_that_reports_can_list() {
    let codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    for rule in rules() {
        assert!(
            rule.sentence.starts_with(char::is_uppercase) && rule.sentence.ends_with('.'),
            "{}",
            rule.code
        );
        assert!(rule.help.ends_with('.'), "{}", rule.code);
    }
    for path in fixtures("invalid").into_iter().chain(fixtures("doubtful")) {
        for diagnostic in check(&fs::read_to_string(&path).unwrap()).diagnostics {
            assert!(codes.contains(&diagnostic.code), "`{}` has no rule", diagnostic.code);
        }
    }
}

#[test]
fn a_hint_says_what_is_meant_before_what_is_spelled_alike() {
    let helps = |path: &str| -> Vec<String> {
        let source = fs::read_to_string(folder(path)).unwrap();
        check(&source).diagnostics.into_iter().map(|found| found.help).collect()
    };
    let operators = helps("invalid/104-operators-of-other-tools.json");
    for (help, meant) in
        operators.iter().zip(["versions are not compared", "patterns are not matched", "an `audience`"])
    {
        assert!(help.contains(meant) && !help.contains("did you mean"), "{help}");
    }
    let codes = helps("doubtful/70-codes-of-no-country.json");
    for (help, meant) in codes.iter().zip(["`GB`", "`en`", "`GB-SCT`"]) {
        assert!(help.contains(meant), "{help}");
    }
    assert_eq!((operators.len(), codes.len()), (3, 3));
}

#[test]
fn consent_is_missed_only_where_it_is_asked_for_and_nothing_else_is_shown() {
    let told = |consent: Json, countries: Json, below: Option<Json>| {
        let when = json!({"campaign": "letter", "country": {"$in": countries}});
        let mut campaigns = vec![json!({"id": "a", "block": "hero", "priority": 2, "when": when,
            "variants": [{"id": "x", "html": "<p>{{visit.last_item.title}}</p>"}]})];
        campaigns.extend(below.map(|html| {
            json!({"id": "b", "block": "hero", "priority": 1, "when": when, "variants": [{"id": "x", "html": html}]})
        }));
        let playbook = json!({
            "format": 1, "site": {"name": "lumen", "host": "shop.example"}, "consent": consent,
            "pages": [{"kind": "home", "path": "/"}], "blocks": {"hero": {"pages": ["home"], "reserve": "1rem"}},
            "campaigns": campaigns,
        });
        let found = check(&playbook.to_string()).diagnostics.into_iter();
        found.map(|diagnostic| format!("{} {}", diagnostic.code, diagnostic.message)).collect::<Vec<_>>()
    };
    assert!(told(json!({}), json!(["US"]), None).is_empty());
    let [both] = told(json!({}), json!(["FR", "US"]), None).try_into().unwrap();
    assert!(both.starts_with("needs-consent") && both.contains("(FR)"), "{both}");
    let california =
        json!({"regimes": [{"region": "US", "opt_in": true, "max_age_days": 90, "as_of": "2026-11-21"}]});
    let [strict] = told(california, json!(["US"]), None).try_into().unwrap();
    assert!(strict.contains("(US)"), "{strict}");
    assert!(told(json!({}), json!(["FR"]), Some(json!("<p>Welcome</p>"))).is_empty());
    assert_eq!(told(json!({}), json!(["FR"]), Some(json!("<p>{{visit.last_category.title}}</p>"))).len(), 2);
    // A banner that does not ask for it at all is the greater trouble, and asks where it does.
    let klaro = |purpose: &str| json!({"meanings": {"klaro": {"own": [purpose]}}});
    let [never] = told(klaro("measurement"), json!(["FR"]), None).try_into().unwrap();
    assert!(never.starts_with("consent-never-asked"), "{never}");
    let [asked] = told(klaro("session_personalization"), json!(["FR"]), None).try_into().unwrap();
    assert!(asked.starts_with("needs-consent"), "{asked}");
}

#[test]
fn size_and_work_are_told_before_they_are_too_much() {
    let playbook = |items: usize, campaigns: usize| {
        let long = "x".repeat(64 * 1024);
        let items: serde_json::Map<String, Json> = (0..items)
            .map(|number| {
                (
                    format!("i{number}"),
                    json!({"title": format!("{number}{long}"), "url": format!("/p/{number}")}),
                )
            })
            .collect();
        let tests: Vec<Json> = (0..60).map(|hour| json!({"hour": hour})).collect();
        let campaigns: Vec<Json> = (0..campaigns)
            .map(|number| {
                json!({"id": format!("c{number}"), "block": "hero", "priority": number, "when": {"$or": tests},
                    "variants": [{"id": "only", "hide": true}]})
            })
            .collect();
        let playbook = json!({
            "format": 1, "site": {"name": "lumen", "host": "shop.example"}, "pages": [{"kind": "home", "path": "/"}],
            "blocks": {"hero": {"pages": ["home"], "reserve": "1rem"}}, "campaigns": campaigns,
            "catalog": {"items": items},
        });
        let codes: Vec<_> = check(&playbook.to_string())
            .diagnostics
            .iter()
            .map(|found| (found.code, found.severity.name()))
            .collect();
        codes.into_iter().filter(|(code, _)| *code != "unreachable-campaign").collect::<Vec<_>>()
    };
    assert_eq!(playbook(94, 1), []);
    assert_eq!(playbook(98, 1), [("nearly-too-large", "warning")]);
    assert_eq!(playbook(130, 1), [("too-large", "error")]);
    assert_eq!(playbook(1, 100), [("too-many-steps", "warning")]);
}

#[test]
fn messages_and_helps_are_sentences_that_quote_what_is_wrong() {
    for path in fixtures("invalid").into_iter().chain(fixtures("doubtful")) {
        for diagnostic in check(&fs::read_to_string(&path).unwrap()).diagnostics {
            assert!(!diagnostic.message.starts_with(char::is_uppercase), "{}", diagnostic.message);
            assert!(!diagnostic.help.is_empty(), "{}", diagnostic.message);
            assert!(diagnostic.message.matches('`').count().is_multiple_of(2), "{}", diagnostic.message);
        }
    }
}

#[test]
fn an_old_name_of_a_field_is_answered_with_its_name_of_today() {
    let source = fs::read_to_string(folder("invalid").join("98-renamed-fields.json")).unwrap();
    let helps: Vec<String> = check(&source).diagnostics.into_iter().map(|found| found.help).collect();
    let today = [
        "`rest_hours` is now called `backoff_hours`",
        "`most_hours` is now called `max_backoff_hours`",
        "`forget_days` is now called `reset_after_days`",
        "`familiar` is now called `min_visits`",
    ];
    assert_eq!(helps, today);
}

#[test]
fn what_is_compiled_is_what_was_written() {
    let playbook = open("06-full");
    let site = playbook.site();
    assert_eq!(
        (site.name, site.host, site.marker, site.seed),
        ("lumen", "shop.example", "data-block", "lumen")
    );
    assert_eq!((site.zone.at(0), site.holdout), ((60, u32::MAX.into()), 0));
    assert!(playbook.is_keyed_on(Signal::Country) && playbook.is_keyed_on(Signal::Campaign));
    assert!(!playbook.is_keyed_on(Signal::Hour) && !playbook.is_keyed_on(Signal::LastItem));

    let page = playbook.page("/p/desk-lamp").unwrap();
    assert_eq!((page.kind, page.kind_index), ("product", 1));
    assert_eq!((page.item, page.category), (Some("desk-lamp"), Some("lighting")));
    assert_eq!(playbook.page("/c/chairs").unwrap().category, Some("chairs"));
    assert_eq!(playbook.page("/p/a%20b").unwrap().item, None);
    for path in ["/p/", "/p/x/y", "/nowhere", "", "p/x"] {
        assert_eq!(playbook.page(path), None, "{path}");
    }
    let on_product: Vec<&str> = playbook.blocks(page.kind_index).map(|block| block.id).collect();
    assert_eq!(on_product, ["offers"]);
    let on_home: Vec<_> =
        playbook.blocks(0).map(|block| (block.index, block.id, block.reserve.unwrap())).collect();
    assert_eq!(on_home, [(0, "hero", "20rem"), (1, "offers", "12rem")]);
    assert_eq!(playbook.blocks(200).count(), 0);

    let campaign = playbook.campaigns(0).next().unwrap();
    assert_eq!((campaign.id(), campaign.index, campaign.priority), ("hero-spring", 0, 50));
    assert_eq!(campaign.code, hash::code("hero-spring"));
    assert_eq!((campaign.starts, campaign.ends), (Some(1_772_323_200), Some(1_798_761_599)));
    assert_eq!((campaign.cap_per_visit, campaign.audience()), (Some(3), Some("from-spring-mail")));
    let experiment = campaign.experiment().unwrap();
    assert_eq!((experiment.seed, experiment.coverage), ("hero-1", 10_000));
    let purposes: Vec<Purpose> = campaign.purposes.iter().collect();
    assert_eq!(purposes, [Purpose::Contextual, Purpose::SessionPersonalization, Purpose::Experimentation]);
    let read: Vec<Signal> = Signal::ALL.iter().copied().filter(|signal| campaign.reads(*signal)).collect();
    assert_eq!(read, [Signal::Campaign, Signal::Device, Signal::Country, Signal::LastItem]);
    let variants: Vec<_> =
        campaign.variants().map(|variant| (variant.index, variant.id, variant.range)).collect();
    assert_eq!(variants, [(0, "green", (0, 5000)), (1, "off", (5000, 7500)), (2, "same", (7500, 10_000))]);
    assert!(matches!(campaign.variants().nth(1).unwrap().content, Content::Hide));
    assert!(matches!(campaign.variants().nth(2).unwrap().content, Content::Control));

    let lamp = playbook.item("desk-lamp").unwrap();
    assert_eq!((lamp.title, lamp.price, lamp.category), ("Desk lamp", Some("49.00 €"), Some("lighting")));
    assert_eq!(playbook.item("desk"), None);
    assert_eq!(playbook.categories().map(|category| category.title).collect::<Vec<_>>(), ["Lighting"]);
    assert!(playbook.campaign(2).is_none() && playbook.block(9).is_none());
}

#[test]
fn coverage_leaves_gaps_so_that_growth_moves_nobody() {
    let playbook = open("04-experiment");
    assert_eq!(playbook.site().holdout, 250);
    let ranges =
        |block| playbook.campaigns(block).next().unwrap().variants().map(|v| v.range).collect::<Vec<_>>();
    assert_eq!(ranges(0), [(0, 2000), (5000, 6000), (7500, 8500)]);
    // Bucket 3333 is 0.3333, which is below a third: it is the first variant's, as in GrowthBook.
    assert_eq!(ranges(1), [(0, 3334), (3334, 6667), (6667, 10_000)]);
}

#[test]
fn campaigns_of_a_block_come_by_priority_and_then_by_id() {
    let playbook = open("02-conditions");
    for block in playbook.blocks(0) {
        let order: Vec<_> =
            playbook.campaigns(block.index).map(|c| (std::cmp::Reverse(c.priority), c.id())).collect();
        let mut sorted = order.clone();
        sorted.sort();
        assert_eq!(order, sorted);
        assert!(playbook.campaigns(block.index).all(|campaign| campaign.block == block.index));
    }
    let all = playbook.blocks(0).flat_map(|block| playbook.campaigns(block.index));
    assert_eq!(all.count(), 8);
}

#[test]
fn conditions_hold_where_they_should() {
    let playbook = open("02-conditions");
    let visitor = Visitor {
        texts: vec![(Signal::Device, "mobile"), (Signal::PageKind, "home"), (Signal::Country, "CH")],
        numbers: vec![(Signal::Hour, 19)],
        lists: vec![(Signal::Items, vec!["desk-lamp", "oak-desk"])],
        withheld: vec![Signal::Visits, Signal::FavoriteCategory],
    };
    let truth = |id: &str| {
        let campaigns = playbook.blocks(0).flat_map(|block| playbook.campaigns(block.index));
        let campaign = { campaigns }.find(|campaign| campaign.id() == id).unwrap();
        let mut fuel = Fuel::new();
        campaign.conditions().map(|code| eval(code, &visitor, &mut fuel))
    };
    assert_eq!(truth("evening"), [Truth::True, Truth::True]);
    assert_eq!(truth("comparing"), [Truth::True, Truth::True]);
    assert_eq!(truth("spring-mail"), [Truth::False, Truth::True]);
    assert_eq!(truth("start-a-cart"), [Truth::True, Truth::True]);
    assert_eq!(truth("neighbors"), [Truth::True, Truth::True]);
    assert!(matches!(truth("regulars"), [Truth::Unknown(_), Truth::True]));
}

#[test]
fn templates_show_values_escaped_and_missing_ones_fail_the_whole() {
    let playbook = open("03-templates");
    let show = |block: u16, visitor: &Visitor| {
        let campaign = playbook.campaigns(block).next().unwrap();
        let variant = campaign.variants().next().unwrap();
        let Content::Template(code) = variant.content else { panic!("no template") };
        let mut out = b"before".to_vec();
        let done = render(code, &CatalogValues { playbook: &playbook, signals: visitor }, &mut out);
        (done, String::from_utf8(out).unwrap())
    };
    let lamp = Visitor {
        texts: vec![(Signal::LastItem, "desk-lamp"), (Signal::LastCategory, "lighting")],
        lists: vec![(Signal::Items, vec!["oak-desk", "left-the-catalog", "desk-lamp"])],
        ..Visitor::default()
    };
    let shown = "before<a class=\"card card-lighting\" href=\"/p/desk-lamp?from=hero\">\
        <img src=\"/img/desk-lamp.svg\" alt=\"Desk lamp\"> Desk lamp, 49.00 €</a><a href=\"/c/lighting\">Lighting</a>";
    assert_eq!(show(0, &lamp), (Ok(()), shown.to_owned()));
    let (done, html) = show(1, &lamp);
    assert_eq!(done, Ok(()));
    assert!(html.contains("class=\"item priced\">Oak &lt;desk&gt; &amp; "), "{html}");
    assert_eq!(html.matches("<li>").count(), 2, "{html}");

    assert_eq!(show(0, &Visitor::default()), (Err(Reason::MissingValue), "before".to_owned()));
    assert_eq!(show(1, &Visitor::default()), (Err(Reason::MissingValue), "before".to_owned()));
    let with = |item, category| Visitor {
        texts: vec![(Signal::LastItem, item), (Signal::LastCategory, category)],
        ..Visitor::default()
    };
    assert!(show(0, &with("oak-desk", "lighting")).1.contains("<span>No picture</span>"));
    let refused = Visitor { withheld: vec![Signal::Items, Signal::LastCategory], ..Visitor::default() };
    assert_eq!(show(0, &refused).0, Err(Reason::NotPermitted));
    assert_eq!(show(1, &refused).0, Err(Reason::NotPermitted));
    let long = "x".repeat(70_000);
    assert_eq!(show(0, &with("desk-lamp", &long)), (Err(Reason::ContentTooLarge), "before".to_owned()));
}

#[test]
fn a_draft_written_out_and_read_again_compiles_to_the_same_bytes() {
    for path in fixtures("valid") {
        let draft = check(&fs::read_to_string(&path).unwrap()).draft.unwrap();
        let bytes = compile(&draft).unwrap();
        let again = serde_json::to_string(&draft).unwrap();
        assert_eq!(compile(&check(&again).draft.unwrap()).unwrap(), bytes, "{}", path.display());
        let playbook = Playbook::open(bytes.clone()).map_err(Reason::code).unwrap();
        assert_eq!(playbook.bytes(), bytes);
    }
}

#[test]
fn an_unchecked_draft_does_not_compile() {
    let mut draft = check(&fs::read_to_string(&fixtures("valid")[0]).unwrap()).draft.unwrap();
    draft.campaigns[0].block = "nowhere".to_owned();
    assert_eq!(compile(&draft).unwrap_err()[0].code, "unknown-block");
}

#[test]
fn every_truncation_and_every_flipped_bit_is_noticed() {
    for name in ["06-full", "03-templates", "04-experiment"] {
        let bytes = open(name).bytes().to_vec();
        for length in 0..bytes.len() {
            let cut = Playbook::open(bytes[..length].to_vec());
            assert_eq!(cut.err(), Some(Reason::PlaybookDamaged), "{name} {length}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Playbook::open(longer).is_err());
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let in_version = (6..8).contains(&(bit / 8));
            let expected = if in_version { Reason::PlaybookVersion } else { Reason::PlaybookDamaged };
            assert_eq!(Playbook::open(flipped).err(), Some(expected), "{name} bit {bit}");
        }
    }
    assert_eq!(Playbook::open(vec![0; 9 << 20]).err(), Some(Reason::PlaybookTooLarge));
}

#[test]
fn damage_with_a_digest_made_to_fit_never_panics() {
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    // `--long` damages 201,000 times.
    let times = if std::env::var_os("PARVIS_LONG").is_some() { 67_000 } else { 4000 };
    let mut opened = 0;
    for name in ["02-conditions", "03-templates", "04-experiment"] {
        let bytes = open(name).bytes().to_vec();
        for _ in 0..times {
            let mut damaged = bytes.clone();
            for _ in 0..=next() % 6 {
                let at = 24 + usize::try_from(next()).unwrap() % (bytes.len() - 24);
                damaged[at] = match next() % 3 {
                    0 => 0xff,
                    1 => 0,
                    _ => u8::try_from(next() & 0xff).unwrap(),
                };
            }
            crate::wire::fit(&mut damaged);
            if let Ok(playbook) = Playbook::open(damaged) {
                opened += 1;
                read_everything(&playbook);
            }
        }
    }
    assert!(opened > 5000, "only {opened} damaged playbooks opened, so little was tried");
}

/// Valid playbooks with random members removed, replaced or renamed.
#[test]
fn whatever_passes_compiles_and_whatever_does_not_says_where() {
    let mut random = 88_172_645_463_325_252_u64;
    let mut passed = 0;
    for path in fixtures("valid") {
        let source = fs::read_to_string(&path).unwrap();
        for _ in 0..600 {
            let mut value: Json = serde_json::from_str(&source).unwrap();
            for _ in 0..=random % 3 {
                mutate(&mut value, &mut random);
            }
            let text = serde_json::to_string_pretty(&value).unwrap();
            let checked = check(&text);
            for diagnostic in &checked.diagnostics {
                assert!(
                    text.is_char_boundary(diagnostic.offset)
                        && diagnostic.line >= 1
                        && diagnostic.column >= 1
                );
                assert!(
                    diagnostic.pointer.is_empty() || diagnostic.pointer.starts_with('/'),
                    "{diagnostic:?}"
                );
            }
            assert_eq!(checked.draft.is_some(), !checked.is_refused(), "{text}");
            if let Some(draft) = checked.draft {
                let bytes = compile(&draft).map_err(|problems| format!("{text}\n{problems:#?}")).unwrap();
                read_everything(&Playbook::open(bytes).map_err(Reason::code).unwrap());
                passed += 1;
            }
            let cut = usize::try_from(random).unwrap_or(0) % text.len();
            let _ = check(text.get(..cut).unwrap_or_default());
        }
    }
    assert!(passed > 300, "only {passed} passed");
}

/// Changes something deep in `value`.
fn mutate(value: &mut Json, random: &mut u64) {
    let mut next = |bound: usize| {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        usize::try_from(*random).unwrap_or(0) % bound.max(1)
    };
    let mut at = value;
    loop {
        let length = at.as_array().map_or(0, Vec::len) + at.as_object().map_or(0, serde_json::Map::len);
        if length == 0 || next(6) == 0 {
            let atoms = [
                json!(null),
                json!(true),
                json!(0),
                json!(-3.5),
                json!(100),
                json!("home"),
                json!("{{country}}"),
                json!([]),
                json!({}),
            ];
            *at = atoms[next(atoms.len())].clone();
            return;
        }
        let index = next(length);
        let remove = next(8) == 0;
        at = match at {
            Json::Array(list) if remove => return drop(list.remove(index)),
            Json::Array(list) => &mut list[index],
            Json::Object(members) => {
                let key = members.keys().nth(index).unwrap().clone();
                match next(16) {
                    _ if remove => return drop(members.shift_remove(&key)),
                    0 => {
                        let inner = members.shift_remove(&key).unwrap();
                        members.insert(format!("{key}x"), inner);
                        return;
                    }
                    _ => &mut members[&key],
                }
            }
            _ => return,
        };
    }
}

#[test]
fn the_published_schema_has_every_field_and_a_sentence_for_each() {
    let schema: serde_json::Value = serde_json::from_str(&parvis::author::draft::schema()).unwrap();
    let definitions = schema["definitions"].as_object().unwrap();
    for (name, definition) in definitions.iter().chain([(&"Draft".to_owned(), &schema)]) {
        for (field, property) in definition["properties"].as_object().into_iter().flatten() {
            let described = field == "$comment" || property["description"].is_string();
            assert!(described, "{name}.{field} is not described: {property}");
        }
    }
    assert!(schema["properties"]["campaigns"].is_object());
}

fn read_everything(playbook: &Playbook) {
    let visitor = Visitor {
        texts: vec![
            (Signal::LastItem, "desk-lamp"),
            (Signal::LastCategory, "lighting"),
            (Signal::Country, "FR"),
        ],
        numbers: vec![(Signal::Hour, 19), (Signal::Visits, 4)],
        lists: vec![(Signal::Items, vec!["oak-desk", "desk-lamp"]), (Signal::Cart, vec!["oak-desk"])],
        withheld: vec![Signal::FavoriteCategory],
    };
    let mut out = Vec::new();
    let _ = (playbook.site(), playbook.consent_section().len(), playbook.categories().count());
    for path in ["/", "/p/desk-lamp", "/c/x", "/p//", "x"] {
        let _ = playbook.page(path);
    }
    for kind in 0..=u8::MAX {
        let mut fuel = Fuel::new();
        for block in playbook.blocks(kind).take(8) {
            for campaign in playbook.campaigns(block.index).take(50) {
                fuel.refill();
                for code in campaign.conditions() {
                    let _ = eval(code, &visitor, &mut fuel);
                }
                for variant in campaign.variants().take(50) {
                    if let Content::Template(code) = variant.content {
                        out.clear();
                        let _ = render(code, &CatalogValues { playbook, signals: &visitor }, &mut out);
                    }
                }
            }
        }
    }
}

#[derive(Default)]
struct Visitor<'v> {
    texts: Vec<(Signal, &'v str)>,
    numbers: Vec<(Signal, i64)>,
    lists: Vec<(Signal, Vec<&'v str>)>,
    withheld: Vec<Signal>,
}

impl SignalReader for Visitor<'_> {
    fn read(&self, signal: Signal) -> Reading<'_> {
        if self.withheld.contains(&signal) {
            return Reading::NotPermitted;
        }
        let text = self.texts.iter().find(|(other, _)| *other == signal).map(|(_, text)| Value::Text(text));
        let number = self.numbers.iter().find(|(other, _)| *other == signal);
        let list = self.lists.iter().find(|(other, _)| *other == signal);
        text.or(number.map(|(_, number)| Value::Number(*number)))
            .or(list.map(|(_, list)| Value::List(list as &dyn Texts)))
            .map_or(Reading::Missing, Reading::Known)
    }
}

fn open(name: &str) -> Playbook {
    let path = folder("valid").join(format!("{name}.json"));
    let checked = check(&fs::read_to_string(path).unwrap());
    Playbook::open(compile(&checked.draft.unwrap()).unwrap()).map_err(Reason::code).unwrap()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/playbooks").join(name)
}

fn fixtures(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    paths.sort();
    assert!(paths.len() >= 5, "the fixtures are missing");
    paths
}

fn lines(checked: &Checked) -> String {
    let lines = checked.diagnostics.iter();
    lines.map(|d| format!("{}:{} {} {}\n", d.line, d.column, d.code, d.severity.name())).collect()
}
