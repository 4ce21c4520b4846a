//! What tools show of a stored banner: the entries as they are written, which no decision reads.

use parvis::consent::cmp::{cookiebot, cookieyes, onetrust, tarteaucitron};

#[test]
fn tarteaucitron_services() {
    let services = |value: &'static str| tarteaucitron::services(value).collect::<Vec<_>>();
    assert_eq!(services("!a=true!b=wait"), [("a", "true"), ("b", "wait")]);
    assert_eq!(services("!a!=x"), [("", "x")]);
    assert_eq!(services(""), []);
}

#[test]
fn cookieyes_pairs() {
    let pairs = |value: &'static str| cookieyes::pairs(value).collect::<Vec<_>>();
    assert_eq!(pairs("consent:yes,action:,b"), [("consent", "yes"), ("action", "")]);
    assert_eq!(pairs(""), []);
}

#[test]
fn onetrust_fields() {
    let fields = |value: &'static str| onetrust::fields(value).collect::<Vec<_>>();
    assert_eq!(fields("version=1&groups=a&b"), [("version", "1"), ("groups", "a")]);
    assert_eq!(fields(""), []);
}

#[test]
fn onetrust_groups() {
    let groups = |value: &'static str| onetrust::groups(value).collect::<Vec<_>>();
    assert_eq!(groups("C0001:1,C0002:0,C0003:2,C0004"), [("C0001", true), ("C0002", false)]);
    assert_eq!(groups(""), []);
}

#[test]
fn cookiebot_members() {
    let members = |value: &'static str| cookiebot::members(value).map(Iterator::collect::<Vec<_>>);
    assert_eq!(members("{stamp:'a',necessary:true,b}"), Some([("stamp", "a"), ("necessary", "true")].into()));
    assert_eq!(members("{}"), Some(Vec::new()));
    assert_eq!(members("-1"), None);
}
