//! Request headers of clients that end at the edge: ours, and those that only a host can know to be true.
//!
//! Every host cuts them from what a client sends, before the origin is asked, and reads none of them as a fact. So a client can
//! neither pretend to be elsewhere nor see or set anything of ours at the origin. What a host writes itself under one of these
//! names, as the address it was asked from, it writes afterwards.

/// What a header of a host says of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Its address.
    Address,
    /// Where its network is.
    Place,
    /// Its class of device.
    Device,
}

/// How names of our own request headers begin; so far only tests send any.
pub const OURS: [&str; 2] = ["parvis-", "x-parvis-"];

/// Headers that hosts and proxies write of a client, in lower case.
///
/// RFC 7239 has `Forwarded`. The others are conventions: of proxies, of Fastly (*HTTP headers*), of Cloudflare (*Cloudflare HTTP headers*,
/// *Available Managed Transforms*), of CloudFront (*Add CloudFront request headers*), of App Engine (*Request headers*), of Vercel
/// (*Request headers*), and of older proxies.
pub const HOST_OWNED: &[(&str, Says)] = &[
    (FORWARDED_FOR, Says::Address),
    ("forwarded", Says::Address),
    ("x-real-ip", Says::Address),
    ("x-client-ip", Says::Address),
    ("true-client-ip", Says::Address),
    ("fastly-client-ip", Says::Address),
    ("cf-connecting-ip", Says::Address),
    ("cf-connecting-ipv6", Says::Address),
    ("cf-pseudo-ipv4", Says::Address),
    ("x-cluster-client-ip", Says::Address),
    ("client-ip", Says::Address),
    ("proxy-client-ip", Says::Address),
    ("wl-proxy-client-ip", Says::Address),
    ("x-forwarded", Says::Address),
    ("forwarded-for", Says::Address),
    ("x-original-forwarded-for", Says::Address),
    ("x-proxyuser-ip", Says::Address),
    ("x-originating-ip", Says::Address),
    ("x-remote-ip", Says::Address),
    ("x-remote-addr", Says::Address),
    ("x-azure-clientip", Says::Address),
    ("x-azure-socketip", Says::Address),
    ("x-envoy-external-address", Says::Address),
    ("akamai-client-ip", Says::Address),
    ("cloudfront-viewer-address", Says::Address),
    ("x-appengine-user-ip", Says::Address),
    ("x-vercel-forwarded-for", Says::Address),
    ("x-nf-client-connection-ip", Says::Address),
    ("fastly-temp-xff", Says::Address),
    ("fastly-geo-country", Says::Place),
    ("fastly-geo-region", Says::Place),
    ("fastly-geo-city", Says::Place),
    ("x-geo-country", Says::Place),
    ("x-geo-region", Says::Place),
    ("x-geo-city", Says::Place),
    ("cf-ipcountry", Says::Place),
    ("cf-ipcity", Says::Place),
    ("cf-ipcontinent", Says::Place),
    ("cf-iplatitude", Says::Place),
    ("cf-iplongitude", Says::Place),
    ("cf-region", Says::Place),
    ("cf-region-code", Says::Place),
    ("cf-metro-code", Says::Place),
    ("cf-postal-code", Says::Place),
    ("cf-timezone", Says::Place),
    ("cloudfront-viewer-country", Says::Place),
    ("cloudfront-viewer-country-region", Says::Place),
    ("cloudfront-viewer-city", Says::Place),
    ("x-appengine-country", Says::Place),
    ("x-appengine-region", Says::Place),
    ("x-appengine-city", Says::Place),
    ("x-vercel-ip-country", Says::Place),
    ("x-vercel-ip-country-region", Says::Place),
    ("x-vercel-ip-city", Says::Place),
    ("x-country-code", Says::Place),
    ("x-geoip-country", Says::Place),
    ("geoip-country-code", Says::Place),
    ("cf-device-type", Says::Device),
    ("x-device", Says::Device),
    ("x-device-type", Says::Device),
    ("x-ua-device", Says::Device),
];

/// The header in which both edges tell the origin which address asked them.
pub const FORWARDED_FOR: &str = "x-forwarded-for";

/// Whether the header with this name ends at the edge, however the name is written.
///
/// A server that hands headers on as variables of an environment takes `X_Real_IP` for `X-Real-IP` (RFC 3875 section 4.1.18), so the
/// two are one here.
///
/// ```
/// use parvis::http::withheld::is_withheld;
/// assert!(is_withheld("forwarded") && is_withheld("CF_IPCountry") && is_withheld("parvis-anything"));
/// assert!(!is_withheld("cookie") && !is_withheld("parvish") && !is_withheld("x-forwarded-proto"));
/// ```
pub fn is_withheld(name: &str) -> bool {
    let is = |known: &str| same(name.as_bytes(), known.as_bytes());
    let begins =
        |start: &&str| name.get(..start.len()).is_some_and(|head| same(head.as_bytes(), start.as_bytes()));
    OURS.iter().any(begins)
        || OURS.iter().any(|start| is(start.trim_end_matches('-')))
        || HOST_OWNED.iter().any(|(known, _)| is(known))
}

/// Whether `name` is `known`, which is in lower case and has no `_`.
fn same(name: &[u8], known: &[u8]) -> bool {
    let plain = |byte: &u8| if *byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    name.len() == known.len() && name.iter().map(plain).eq(known.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_once_and_plainly() {
        for (index, (name, _)) in HOST_OWNED.iter().enumerate() {
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
            assert!(HOST_OWNED.iter().skip(index + 1).all(|(other, _)| other != name), "{name}");
            assert!(is_withheld(name) && !is_withheld(name.get(1..).unwrap_or_default()), "{name}");
        }
    }

    /// What is a fact by a client's own word is none that a host owns.
    #[test]
    fn no_fact_is_read_from_a_header_that_ends_at_the_edge() {
        let asked = core::cell::Cell::new(0);
        let values = |name: &'static str| {
            asked.set(asked.get() + 1);
            assert!(!is_withheld(name), "{name}");
            alloc::vec::Vec::new()
        };
        let _ = crate::facts::Facts::from_headers("GET", "/", "", &values);
        assert!(asked.get() > 5, "{asked:?}");
    }
}
