//! Content codings: of a body, and those that a visitor takes (RFC 9110 sections 8.4 and 12.5.3).

use parvis::http::coding::Coding::{Brotli, Deflate, Gzip, Zstd};
use parvis::http::coding::{Accepted, Applied, Coding, applied};

#[test]
fn a_body_has_the_one_coding_that_is_named() {
    for (said, expected) in [
        (None, Applied::Identity),
        (Some(""), Applied::Identity),
        (Some("identity"), Applied::Identity),
        (Some("Identity, identity"), Applied::Identity),
        (Some(" , ,"), Applied::Identity),
        (Some("gzip"), Applied::One(Gzip)),
        (Some("GZip"), Applied::One(Gzip)),
        // RFC 9110 section 8.4.1.3.
        (Some("x-gzip"), Applied::One(Gzip)),
        (Some("X-GZIP"), Applied::One(Gzip)),
        (Some("deflate"), Applied::One(Deflate)),
        (Some("br"), Applied::One(Brotli)),
        (Some("zstd"), Applied::One(Zstd)),
        (Some("identity,br"), Applied::One(Brotli)),
        (Some("br, identity ,"), Applied::One(Brotli)),
        (Some("gzip, gzip"), Applied::Other),
        (Some("gzip, br"), Applied::Other),
        (Some("br, unknown"), Applied::Other),
        (Some("unknown, br"), Applied::Other),
        (Some("unknown"), Applied::Other),
        (Some("x-br"), Applied::Other),
        (Some("gzipx"), Applied::Other),
        (Some("aws-chunked"), Applied::Other),
    ] {
        assert_eq!(applied(said), expected, "{said:?}");
    }
    assert_eq!(Coding::ALL.map(Coding::name), ["gzip", "deflate", "br", "zstd"]);
}

#[test]
fn a_weight_is_what_was_said() {
    // RFC 9110 section 12.4.2: up to three digits behind the point; what is none of that is not taken for a yes.
    for (said, expected) in [
        ("br", 1000),
        ("br;q=1", 1000),
        ("br;q=1.", 1000),
        ("br;q=1.0", 1000),
        ("br;q=1.00", 1000),
        ("br;q=1.000", 1000),
        ("br;q=1.0000", 0),
        ("br;q=1.001", 0),
        ("br;q=0", 0),
        ("br;q=0.", 0),
        ("br;q=0.000", 0),
        ("br;q=0.001", 1),
        ("br;q=0.01", 10),
        ("br;q=0.1", 100),
        ("br;q=0.12", 120),
        ("br;q=0.123", 123),
        ("br;q=0.999", 999),
        ("br;q=0.1234", 0),
        ("br;q=0.x", 0),
        ("br;q=0.+1", 0),
        ("br;q=.5", 0),
        ("br;q=2", 0),
        ("br;q=00", 0),
        ("br;q=-1", 0),
        ("br;q=", 0),
        ("br ; Q = 0.5", 500),
        ("br;x=1;q=0.5", 500),
        ("br;q=0.5;q=0.7", 500),
        ("br;x", 1000),
        ("BR;q=0.3", 300),
        ("gzip, br;q=0.4", 400),
        ("br;q=0.4, br", 400),
        ("*;q=0.6", 600),
        ("*;q=0.6, br;q=0.4", 400),
        ("br;q=0, *", 0),
        ("gzip", 0),
        ("", 0),
        ("identity", 0),
    ] {
        assert_eq!(Accepted::new(Some(said)).weight(Brotli), expected, "{said}");
    }
    assert_eq!(Accepted::new(None).weight(Brotli), 0);
    assert_eq!(Accepted::new(Some("x-gzip;q=0.2")).weight(Gzip), 200);
}

#[test]
fn the_best_coding_is_the_one_wanted_most_and_of_two_the_first_offered() {
    for (said, offered, expected) in [
        ("gzip, br", &[Gzip, Brotli][..], Some(Gzip)),
        ("gzip, br", &[Brotli, Gzip], Some(Brotli)),
        ("gzip;q=0.5, br;q=0.501", &[Gzip, Brotli], Some(Brotli)),
        ("gzip;q=0.501, br;q=0.5", &[Gzip, Brotli], Some(Gzip)),
        ("gzip;q=0.501, br;q=0.5", &[Brotli, Gzip], Some(Gzip)),
        ("gzip;q=0", &[Gzip], None),
        ("gzip;q=0.001", &[Gzip], Some(Gzip)),
        ("gzip, br", &[Zstd, Deflate], None),
        ("gzip, br", &[], None),
        ("", &[Gzip], None),
        // Between a coding and none at all, the coding, unless none at all is wanted more.
        ("identity, gzip", &[Gzip], Some(Gzip)),
        ("identity;q=0.5, gzip;q=0.5", &[Gzip], Some(Gzip)),
        ("identity;q=0.001, gzip;q=0.001", &[Gzip], Some(Gzip)),
        ("identity;q=0.5, gzip;q=0.499", &[Gzip], None),
        ("identity;q=0.5, gzip;q=0.501", &[Gzip], Some(Gzip)),
        ("IDENTITY, gzip;q=0.9", &[Gzip], None),
        ("identity;q=0, gzip;q=0", &[Gzip], None),
        ("*;q=0.1", &[Zstd], Some(Zstd)),
    ] {
        assert_eq!(Accepted::new(Some(said)).best(offered), expected, "{said} {offered:?}");
    }
}

#[test]
fn bytes_as_they_are_will_do_unless_they_are_refused() {
    // RFC 9110 section 12.5.3: refused by name, or by `*` where they are not named.
    for (said, expected) in [
        (None, true),
        (Some(""), true),
        (Some("gzip"), true),
        (Some("identity"), true),
        (Some("identity;q=0.001"), true),
        (Some("identity;q=0"), false),
        (Some("Identity;q=0, *"), false),
        (Some("*"), true),
        (Some("*;q=0"), false),
        (Some("*;q=0, identity"), true),
        (Some("*;q=0, identity;q=0.001"), true),
        (Some("gzip;q=0"), true),
    ] {
        assert_eq!(Accepted::new(said).takes_identity(), expected, "{said:?}");
    }
}
