//! One target a banner of the table: its cookies hold the lines of the input, and its choice test must have been passed.
//!
//! The first line is the value of the banner's first name, the second of its second, and so on from the front again: with
//! more lines than names there are copies that contradict each other.

use parvis::base::base64;
use parvis::consent::cmp;
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::Resolution;
use parvis::consent::settings::{NAMES, Slot, Store};
use parvis::consent::source::Banner;

use crate::laws::{PLACES, Visitor, granted, hold};

/// The banners that store something.
pub(crate) fn all() -> impl Iterator<Item = Banner> {
    Banner::ALL.into_iter().filter(|banner| !names(*banner).is_empty())
}

/// The usual name of each thing that a banner stores, or all names of a choice that is spread over several cookies.
fn names(banner: Banner) -> Vec<String> {
    let slots = Slot::ALL.iter().filter(|slot| slot.banner() == Some(banner));
    let names = slots.flat_map(|slot| {
        let all = if slot.store() == Store::Cookies { usize::MAX } else { 1 };
        NAMES.iter().filter(move |(_, known)| known == slot).take(all)
    });
    // What ends so stands for all names that begin so.
    names.map(|(name, _)| name.replace(['*', '#'], "1")).collect()
}

/// Holds the laws of every visitor and those of the banner for what the lines of the input say.
pub(crate) fn banner(banner: Banner, input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = visitor(&names(banner), &text);
    let readable: Vec<String> =
        text.lines().flat_map(|line| [unescaped(line), inside(line), inside(&unescaped(line))]).collect();
    let says = |word: &&str| readable.iter().any(|line| line.contains(word));
    for place in PLACES {
        let resolution = hold(&visitor, place);
        let chose = banner.shown().grants_with.iter().any(says);
        assert!(chose || granted(&resolution).is_empty(), "granted, but nobody chose");
        own(banner, &visitor, &readable, &resolution);
    }
    if let Some((version, ids)) = cmp::quantcast::parts(&text) {
        assert_eq!(format!("{version}~{ids}"), text);
    }
}

/// What is true of one banner alone.
fn own(banner: Banner, visitor: &Visitor, readable: &[String], resolution: &Resolution) {
    let granted = granted(resolution);
    match banner {
        Banner::OneTrust => {
            let closed = visitor.flags.iter().any(|(name, _)| name == "OptanonAlertBoxClosed");
            assert!(closed || granted.is_empty(), "granted before the banner was closed");
        }
        // Status 1 opts out of everything.
        Banner::CommandersAct => {
            let opted_in = readable.iter().any(|line| line.starts_with("0@"));
            assert!(opted_in || granted.is_empty(), "granted by status other than 0");
        }
        // The answer about ads is two answers.
        Banner::ConsentMode if granted.contains(Purpose::Profile) || granted.contains(Purpose::SaleShare) => {
            let both = readable.iter().any(|line| {
                line.contains("ad_user_data:granted") && line.contains("ad_personalization:granted")
            });
            assert!(both, "ads granted by one of the two answers");
        }
        _ => {}
    }
}

/// What a line holds in base64; empty where it is none.
fn inside(line: &str) -> String {
    let mut scratch = [0; parvis::limits::COOKIE_VALUE_BYTES];
    base64::decode_into(line, &mut scratch).map(str::to_owned).unwrap_or_default()
}

fn visitor(names: &[String], text: &str) -> Visitor {
    let flags = text.lines().zip(names.iter().cycle()).take(12);
    Visitor {
        flags: flags.map(|(line, name)| (name.clone(), line.to_owned())).collect(),
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
