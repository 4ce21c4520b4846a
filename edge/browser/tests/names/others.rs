//! Names that a playbook changes outside of `consent.names`.

use serde_json::{Value, json};

use crate::world::{Jar, World};

/// What a page sees of a playbook with one name changed, under the new name and under the old one.
struct Case {
    what: &'static str,
    members: Value,
    /// Sets up a visitor or a page with this name.
    set: fn(&mut World, &str),
    new: &'static str,
    old: &'static str,
}

fn shows(world: &mut World) -> (bool, bool) {
    let edge = world.visit().body.contains("Spring");
    (edge, world.ask(&[]).hero == "spring")
}

/// The cookie of the site's login.
fn profile(cookie: &str) -> Value {
    json!({
        "profile": { "cookie": cookie, "segments": ["vip"] },
        "campaigns": [{ "id": "spring", "block": "hero", "when": { "profile.segments": { "$in": ["vip"] } },
            "variants": [{ "id": "only", "html": "<h1>Spring</h1>" }] }],
    })
}

#[test]
fn what_is_sent_under_the_new_name_counts_at_both_and_under_the_old_at_neither() {
    let cases = [Case {
        what: "the cookie of the profile",
        members: profile("site.profile"),
        set: |world, name| world.jar = Jar::of(&[(name, ".vip")]),
        new: "site.profile",
        old: "shop-profile",
    }];
    for case in cases {
        let mut world = World { region: "US".to_owned(), ..World::new(&case.members) };
        (case.set)(&mut world, case.new);
        assert_eq!(shows(&mut world), (true, true), "{} under its new name", case.what);
        world.withdraw(case.what);
        assert_eq!(shows(&mut world), (false, false), "{} after a withdrawal", case.what);
        assert!(world.jar.names().contains(&case.new), "{}: it is the site's own", case.what);
        let mut world = World { region: "US".to_owned(), ..World::new(&case.members) };
        (case.set)(&mut world, case.old);
        assert_eq!(shows(&mut world), (false, false), "{} under another name", case.what);
    }
}

#[test]
fn the_marker_of_blocks_is_the_playbooks() {
    let site = json!({ "site": { "name": "test", "host": "shop.example", "marker": "data-part-of-page" } });
    let world = World { query: "utm_campaign=spring".to_owned(), ..World::new(&site) };
    assert!(world.visit_marked("data-part-of-page").body.contains("Spring"));
    assert!(!world.visit_marked("data-block").body.contains("Spring"));
    assert_eq!(world.page.marker(), "data-part-of-page", "what the page looks for");
}

/// The header of the answer to Global Privacy Control, and the answer in the page's timing, which has no other name.
#[test]
fn the_status_header_is_the_playbooks() {
    let consent =
        json!({ "consent": { "gpc": { "last_update": "2026-11-21", "status_header": "x-signal" } } });
    let world = World { region: "US-CA".to_owned(), gpc: true, ..World::new(&consent) };
    let headers = world.visit().headers;
    let sent = |name: &str, value: &str| headers.contains(&(name.to_owned(), value.to_owned()));
    assert!(
        sent("x-signal", "processed") && headers.iter().all(|(name, _)| name != "gpc-status"),
        "{headers:?}"
    );
    assert!(sent("server-timing", "parvis-gpc;desc=processed"), "{headers:?}");
}
