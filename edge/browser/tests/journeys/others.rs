//! Names that a playbook changes outside of `consent.names`.

use serde_json::{Value, json};

use crate::world::{AtEdge, Jar, World};

/// A playbook with one name changed, and something that a visitor or a page sends under it.
struct Case {
    what: &'static str,
    members: Value,
    /// Sends something under this name.
    send: fn(&mut World, &str),
    new: &'static str,
    old: &'static str,
    /// Whether it is a cookie of the site's own, which a withdrawal leaves alone.
    is_the_sites: bool,
}

/// Whether the edge and the page behind it show the campaign, and a page of the same visitor behind no edge; each on the next
/// page, since a search counts from there on.
fn shows(case: &Case, name: &str) -> (World, [bool; 3]) {
    let site = || World::new(&case.members).in_region("US");
    let (mut world, mut alone) = (site(), site());
    (case.send)(&mut world, name);
    (case.send)(&mut alone, name);
    world.visit();
    alone.arrive_without_an_edge();
    let edge = world.visit().body.contains("Spring");
    let page = world.ask(&[]).hero == "spring";
    (world, [edge, page, alone.arrive_without_an_edge().hero == "spring"])
}

fn campaign(when: Value) -> Value {
    json!([{ "id": "spring", "block": "hero", "when": when,
        "variants": [{ "id": "only", "html": "<h1>Spring</h1>" }] }])
}

/// The cookie of the site's login.
fn profile(cookie: &str) -> Value {
    json!({
        "profile": { "cookie": cookie, "segments": ["vip"] },
        "campaigns": campaign(json!({ "profile.segments": { "$in": ["vip"] } })),
    })
}

/// The parameter of a page that holds what was searched for. Behind an edge the page knows of it by the visit.
fn search(parameter: &str) -> Value {
    json!({
        "pages": [{ "kind": "home", "path": "/", "search": parameter }],
        "campaigns": campaign(json!({ "visit.searches": { "$elemMatch": { "$in": ["lamp"] } } })),
    })
}

#[test]
fn what_is_sent_under_the_new_name_counts_at_both_and_under_the_old_at_neither() {
    let cases = [
        Case {
            what: "the cookie of the profile",
            members: profile("site.profile"),
            send: |world, name| world.browser.jar = Jar::of(&[(name, ".vip")]),
            new: "site.profile",
            old: "shop-profile",
            is_the_sites: true,
        },
        Case {
            what: "the parameter of searches",
            members: search("find"),
            send: |world, name| world.browser.query = format!("{name}=lamp"),
            new: "find",
            old: "q",
            is_the_sites: false,
        },
    ];
    for case in cases {
        let (mut world, shown) = shows(&case, case.new);
        assert_eq!(shown, [true; 3], "{} under its new name", case.what);
        world.withdraw(case.what);
        let after = (world.visit().body.contains("Spring"), world.ask(&[]).hero == "spring");
        assert_eq!(after, (false, false), "{} after a withdrawal", case.what);
        assert_eq!(world.browser.jar.names().contains(&case.new), case.is_the_sites, "{}", case.what);
        let (_, shown) = shows(&case, case.old);
        assert_eq!(shown, [false; 3], "{} under another name", case.what);
    }
}

/// The page needs the marker before it has the playbook, so the edge tells it.
#[test]
fn the_marker_of_blocks_is_the_playbooks() {
    let site = json!({ "site": { "name": "test", "host": "shop.example", "marker": "data-part-of-page" } });
    let mut world = World::new(&site).at("utm_campaign=spring");
    assert!(!world.visit_marked("data-block").body.contains("Spring"));
    let edge = world.visit_marked("data-part-of-page");
    assert!(edge.body.contains("Spring"));
    assert_eq!(world.browser.page.marker(), "data-part-of-page", "what the page looks for");
    let told = |edge: &AtEdge| {
        let timing = edge.headers.iter().find(|(name, _)| name == "server-timing").unwrap();
        timing.1.split(", ").find_map(|entry| entry.strip_prefix("parvis-marker;desc=")).map(str::to_owned)
    };
    assert_eq!(told(&edge).as_deref(), Some("\"data-part-of-page\""));
    let usual = World::new(&json!({})).at("utm_campaign=spring").visit();
    assert!(usual.body.contains("Spring"));
    assert_eq!(told(&usual), None, "the usual marker needs no words");
}

/// The header of the answer to Global Privacy Control, and the answer in the page's timing, which has no other name.
#[test]
fn the_status_header_is_the_playbooks() {
    let consent =
        json!({ "consent": { "gpc": { "last_update": "2026-11-21", "status_header": "x-signal" } } });
    let mut world = World::new(&consent).in_region("US-CA").with_signal(true);
    let headers = world.visit().headers;
    let sent = |name: &str, value: &str| headers.contains(&(name.to_owned(), value.to_owned()));
    assert!(
        sent("x-signal", "processed") && headers.iter().all(|(name, _)| name != "gpc-status"),
        "{headers:?}"
    );
    assert!(sent("server-timing", "parvis-gpc;desc=processed"), "{headers:?}");
}
