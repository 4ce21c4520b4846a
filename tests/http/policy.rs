//! Nonces: a page that names one is for one response (Content Security Policy level 3, section 7.1).

use parvis::http::csp_nonce::{Nonces, names_nonce};

use super::fields;

#[test]
fn a_policy_names_a_nonce_as_a_source() {
    for (line, expected) in [
        ("content-security-policy: script-src 'nonce-eA=='", true),
        ("content-security-policy: script-src 'NONCE-eA=='", true),
        ("content-security-policy-report-only: default-src 'nonce-eA=='", true),
        ("content-security-policy: script-src 'self'", false),
        ("content-security-policy: script-src nonces.example", false),
        ("content-security-policy: ", false),
        ("x-content-security-policy: script-src 'nonce-eA=='", false),
        ("content-security: 'nonce-eA=='", false),
        ("link: </a>; nonce=x", false),
    ] {
        assert_eq!(names_nonce(&fields(&[line])), expected, "{line}");
    }
    let two =
        ["content-security-policy: default-src 'self'", "content-security-policy: script-src 'nonce-x'"];
    assert!(names_nonce(&fields(&two)));
    assert!(!names_nonce(&[]));
}

/// Whether a page has a nonce, in pieces of every size, with nothing and with much in front.
fn found(page: &str) -> bool {
    let mut answers = Vec::new();
    for before in ["", "x", "<p>nonc</p>", "ccccccccccccccc<"] {
        let page = [before, " ", page].concat();
        for size in 1..=page.len() {
            let mut nonces = Nonces::default();
            page.as_bytes().chunks(size).for_each(|piece| nonces.push(piece));
            answers.push(nonces.found());
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{page}: {answers:?}");
    answers[0]
}

#[test]
fn a_word_of_its_own_that_can_be_an_attribute_or_a_source_is_a_nonce() {
    for (page, expected) in [
        ("<script nonce=a>", true),
        ("<script nonce =a>", true),
        ("<script nonce\t=a>", true),
        ("<script nonce\n=a>", true),
        ("<script\nNoNcE=a>", true),
        ("<script/nonce=a>", true),
        ("<script a=''nonce=a>", true),
        ("'nonce-a'", true),
        ("&#39;nonce-a", true),
        // Another word, or no attribute and no source.
        ("<script nonce>", false),
        ("<script nonce/>", false),
        ("'nonce'", false),
        ("nonce", false),
        ("nonce_a nonce.a nonce:a nonce1 noncea nonce", false),
        ("anonce=a 1nonce=a _nonce=a -nonce=a Znonce=a 9nonce-a", false),
        ("nonc=a once=a nonse=a noncc=a n0nce=a bonce=a mnce=a", false),
        ("\u{e9}nonce=a", true),
        ("nonce=a", true),
        // The second of two.
        ("nonces nonce=a", true),
        ("nononce=a nonce=", true),
        ("nonce", false),
    ] {
        assert_eq!(found(page), expected, "{page}");
    }
}

#[test]
fn the_first_word_of_a_page_is_seen_with_what_comes_before_it() {
    for (pieces, expected) in [
        (&["nonce=a"][..], true),
        (&["", "nonce", "=a"], true),
        (&["x", "nonce=a"], false),
        (&["xn", "", "once=a"], false),
        (&[" nonce", "", "=a"], true),
        (&[" nonce", "x=a"], false),
        (&[" n", "o", "n", "c", "e", "-"], true),
        (&["wwwwwww nonc", "e="], true),
        (&["wwwwwww nonce", "="], true),
        (&["wwwwwwww", " nonce="], true),
        (&["wwwwwwww", "nonce="], false),
    ] {
        let mut nonces = Nonces::default();
        pieces.iter().for_each(|piece| nonces.push(piece.as_bytes()));
        assert_eq!(nonces.found(), expected, "{pieces:?}");
    }
    // What was found stays found.
    let mut nonces = Nonces::default();
    nonces.push(b" nonce=a ");
    nonces.push(&[b'x'; 100]);
    assert!(nonces.found());
}
