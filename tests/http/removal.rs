//! Which headers of the origin are removed, by the kind of their names.

use parvis::http::headers::Removal::{self, All, Bytes, Nothing, Shared};
use proptest::prelude::*;

/// Headers by which vendors steer caches, as their documentation has them in 2026.
const OF_CACHES: [&str; 32] = [
    "cdn-cache-control",
    "surrogate-control",
    "surrogate-key",
    "surrogate-key-raw",
    "cloudflare-cdn-cache-control",
    "vercel-cdn-cache-control",
    "vercel-cache-tag",
    "netlify-cdn-cache-control",
    "netlify-cache-tag",
    "netlify-vary",
    "akamai-cache-control",
    "edge-control",
    "x-edge-control",
    "edge-cache-tag",
    "fastly-cache-control",
    "x-accel-expires",
    "x-litespeed-cache-control",
    "x-litespeed-cache",
    "x-litespeed-tag",
    "x-litespeed-vary",
    "x-magento-cache-control",
    "x-cache-enabled",
    "cache-tag",
    "cache-tags",
    "cache-groups",
    "cache-status",
    "no-vary-search",
    "xkey",
    "x-ttl",
    "expires",
    "age",
    "pragma",
];

/// Lengths, validators (RFC 9110 section 8.8) and digests (RFC 9530, RFC 3230, RFC 1864).
const OF_THE_BYTES: [&str; 10] = [
    "content-length",
    "etag",
    "x-etag",
    "last-modified",
    "accept-ranges",
    "content-md5",
    "digest",
    "content-digest",
    "repr-digest",
    "unencoded-digest",
];

/// What says nothing of caches and bytes.
const OTHERS: [&str; 24] = [
    "cache-control",
    "vary",
    "access-control-max-age",
    "content-type",
    "content-language",
    "content-encoding",
    "content-security-policy",
    "content-disposition",
    "set-cookie",
    "link",
    "date",
    "location",
    "server-timing",
    "strict-transport-security",
    "permissions-policy",
    "referrer-policy",
    "x-robots-tag",
    "x-frame-options",
    "x-page",
    "x-knowledge-base",
    "x-accel-buffering",
    "alt-svc",
    "nel",
    "speculation-rules",
];

#[test]
fn a_header_is_removed_by_its_kind() {
    let taken = |name: &str| [Nothing, Bytes, Shared, All].map(|removal: Removal| removal.takes(name));
    for name in OF_CACHES {
        assert_eq!(taken(name), [false, false, true, true], "{name}");
    }
    for name in OF_THE_BYTES {
        assert_eq!(taken(name), [false, true, false, true], "{name}");
    }
    for name in OTHERS {
        assert_eq!(taken(name), [false; 4], "{name}");
    }
}

proptest! {
    /// A vendor that nobody has heard of names its header like the others.
    #[test]
    fn a_targeted_cache_header_of_any_vendor_is_removed(vendor in "[a-z][a-z0-9-]{0,16}") {
        let kinds = ["cache-control", "cdn-cache-control", "surrogate-control", "edge-control", "cache-tag", "accel-expires", "vary"];
        for kind in kinds {
            let name = format!("{vendor}-{kind}");
            prop_assert!(Shared.takes(&name) && All.takes(&name), "{}", name);
        }
    }
}
