//! Signed playbooks: they open as any other, and nothing in them can be changed without notice.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use parvis::author::compile_source;
use parvis::playbook::Playbook;
use parvis::playbook::signature::{PrivateKey, Problem, claimed, open};
use parvis::reason::Reason;

const SHOP: &str = include_str!("../../fixtures/playbooks/valid/50-fatigue.json");
/// Bytes of what stands at the end of a signed file.
const END: usize = 104;

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_entropy(&[seed; 32])
}

/// The file with length and digests that fit, as whoever can write it can make them.
fn fitted(mut file: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(file.len()).unwrap();
    file[8..12].copy_from_slice(&length.to_le_bytes());
    crate::wire::fit(&mut file);
    file
}

#[test]
fn a_signed_playbook_says_what_it_said_and_whose_it_is() {
    let plain = compile_source(SHOP).unwrap();
    let signed = key(1).sign(&plain).unwrap();
    assert_eq!(signed.len(), plain.len() + END);
    let (before, after) = (Playbook::open(plain.clone()).unwrap(), Playbook::open(signed.clone()).unwrap());
    let ids =
        |playbook: &Playbook| playbook.every_campaign().map(|one| one.id().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(key(1).public().verify(&signed), Ok(()));
    let text = key(1).public().to_text();
    assert!(open(&text, signed.clone()).is_ok());
    assert_eq!(open(&text, plain.clone()).err(), Some(Reason::PlaybookDamaged));
    assert_eq!(open("", signed.clone()).err(), Some(Reason::PlaybookDamaged), "without a key nothing is");
    assert_eq!(claimed(&signed), Some(key(1).public()));
    assert_eq!((key(1).public().verify(&plain), claimed(&plain)), (Err(Problem::Unsigned), None));
    assert_eq!(key(2).public().verify(&signed), Err(Problem::OtherKey));
    assert_eq!(key(1).sign(&plain), Some(signed.clone()), "the same bytes again");
    let again = key(2).sign(&signed).unwrap();
    assert_eq!(
        (again.len(), key(2).public().verify(&again)),
        (signed.len(), Ok(())),
        "one signature, not two"
    );
}

#[test]
fn whatever_bit_is_changed_it_is_refused() {
    let signed = key(1).sign(&compile_source(SHOP).unwrap()).unwrap();
    let public = key(1).public();
    for place in 0..signed.len() {
        let mut flipped = signed.clone();
        flipped[place] ^= 1 << (place % 8);
        // Length, number of sections and digest: these follow from the rest, and opening checks them.
        if (8..24).contains(&place) {
            assert_eq!(Playbook::open(flipped).err(), Some(Reason::PlaybookDamaged), "{place}");
            continue;
        }
        assert!(public.verify(&flipped).is_err(), "{place}");
        // A digest that was changed becomes what it was.
        let fitted = fitted(flipped);
        assert!(fitted == signed || public.verify(&fitted).is_err(), "{place}, fitted");
    }
}

#[test]
fn what_is_cut_short_or_made_longer_is_refused() {
    let signed = key(1).sign(&compile_source(SHOP).unwrap()).unwrap();
    let public = key(1).public();
    for length in 0..signed.len() {
        assert!(public.verify(&signed[..length]).is_err(), "{length}");
    }
    assert!(public.verify(&[&signed[..], b"x"].concat()).is_err());
    let unsigned = fitted(signed[..signed.len() - END].to_vec());
    assert!(Playbook::open(unsigned.clone()).is_ok());
    assert_eq!(public.verify(&unsigned), Err(Problem::Unsigned));
    // The end of one file behind another.
    let other = compile_source(&SHOP.replace("Our letter", "Another letter")).unwrap();
    let swapped = fitted([&other[..], &signed[signed.len() - END..]].concat());
    assert!(Playbook::open(swapped.clone()).is_ok());
    assert_eq!(public.verify(&swapped), Err(Problem::Altered));
    // Who has no key claims to be its owner.
    let mut claim = key(2).sign(&other).unwrap();
    let at = claim.len() - 96;
    claim[at..at + 32].copy_from_slice(&signed[signed.len() - 96..signed.len() - 64]);
    assert_eq!(public.verify(&fitted(claim)), Err(Problem::Altered));
}

#[test]
fn what_is_no_playbook_is_not_signed() {
    for bytes in [&b""[..], b"{}", b"PARVIS", &[0; 23]] {
        assert!(key(1).sign(bytes).is_none());
    }
    let prefix = key(1).sign(&[0; 24]).unwrap();
    // As OpenSSL signs `parvis playbook v2`, a zero byte and eight more with the same key.
    let expected = "b6553af058d73ba6bbcae7364f673b2cddc730ced70a2a1d1768a52623f47600172b6965552a5bdfdff6913d87f4242267a527317fede2081ff3bcd52e76b902";
    let signature: String = prefix[prefix.len() - 64..].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(signature, expected);
    assert_eq!(Playbook::open(prefix).err(), Some(Reason::PlaybookDamaged));
}
