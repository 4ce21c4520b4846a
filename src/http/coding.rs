//! Content codings: parses `Content-Encoding` and `Accept-Encoding` (RFC 9110 sections 8.4 and 12.5.3).
//!
//! Nothing here encodes or decodes: a host passes the codings that it offers and gets the one to use.

/// A content coding that is in use on the web.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `gzip`, or `x-gzip` of old software.
    Gzip,
    /// `deflate`: zlib, though some senders omit its wrapping.
    Deflate,
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
}

/// The coding of a body by its `Content-Encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Not encoded.
    Identity,
    /// One known coding.
    One(Coding),
    /// Several codings, or an unknown one: the body is passed through.
    Other,
}

impl Coding {
    /// All of them.
    pub const ALL: [Coding; 4] = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd];

    /// The name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        }
    }

    fn named(name: &str) -> Option<Coding> {
        let name = if name.eq_ignore_ascii_case("x-gzip") { "gzip" } else { name };
        Coding::ALL.into_iter().find(|coding| coding.name().eq_ignore_ascii_case(name))
    }
}

/// Parses `Content-Encoding`, several values joined by commas.
///
/// ```
/// use parvis::http::coding::{Applied, Coding, applied};
/// assert_eq!(applied(Some("GZIP")), Applied::One(Coding::Gzip));
/// assert_eq!(applied(Some("gzip, br")), Applied::Other);
/// assert_eq!(applied(None), Applied::Identity);
/// ```
pub fn applied(content_encoding: Option<&str>) -> Applied {
    let codings = content_encoding.unwrap_or_default().split(',').map(str::trim);
    let mut named = codings.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"));
    match (named.next().map(Coding::named), named.next()) {
        (None, _) => Applied::Identity,
        (Some(Some(coding)), None) => Applied::One(coding),
        _ => Applied::Other,
    }
}

/// The codings that a visitor accepts, by `Accept-Encoding`.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a>(&'a str);

impl<'a> Accepted<'a> {
    /// The values of the header, joined by commas; without one only an unencoded body counts as accepted.
    pub fn new(accept_encoding: Option<&'a str>) -> Accepted<'a> {
        Accepted(accept_encoding.unwrap_or_default())
    }

    /// The weight of this coding in thousandths; 0 is not acceptable.
    pub fn weight(self, coding: Coding) -> u16 {
        let named = self.stated(|name| Coding::named(name) == Some(coding));
        named.or_else(|| self.stated(|name| name == "*")).unwrap_or(0)
    }

    /// Content negotiation: the best coding among `offered`, in order of our preference; `None` is no coding.
    ///
    /// ```
    /// use parvis::http::coding::{Accepted, Coding::{Brotli, Gzip}};
    /// assert_eq!(Accepted::new(Some("br, gzip")).best(&[Gzip, Brotli]), Some(Gzip));
    /// assert_eq!(Accepted::new(Some("br, gzip;q=0.5")).best(&[Gzip, Brotli]), Some(Brotli));
    /// assert_eq!(Accepted::new(Some("gzip;q=0")).best(&[Gzip]), None);
    /// ```
    pub fn best(self, offered: &[Coding]) -> Option<Coding> {
        let mut best = None;
        let mut most = self.stated(|name| name.eq_ignore_ascii_case("identity")).unwrap_or(0);
        for coding in offered {
            let weight = self.weight(*coding);
            // If a coding and no coding have the same weight, the coding is used.
            if weight > most || weight == most && weight > 0 && best.is_none() {
                (best, most) = (Some(*coding), weight);
            }
        }
        best
    }

    /// Whether an unencoded body is acceptable.
    pub fn takes_identity(self) -> bool {
        let named = self.stated(|name| name.eq_ignore_ascii_case("identity"));
        named.or_else(|| self.stated(|name| name == "*")) != Some(0)
    }

    /// The weight of the first entry with a matching name.
    fn stated(self, wanted: impl Fn(&str) -> bool) -> Option<u16> {
        let mut entries = self.0.split(',').map(|entry| entry.split_once(';').unwrap_or((entry, "")));
        let (_, parameters) = entries.find(|(name, _)| wanted(name.trim()))?;
        let mut parameters = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let quality = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
        Some(quality.map_or(1000, |(_, value)| thousandths(value.trim())))
    }
}

/// Parses a quality such as `0.5`; unreadable text is 0.
fn thousandths(value: &str) -> u16 {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    let scale = [1000, 100, 10, 1].get(fraction.len()).copied().unwrap_or(0);
    let fraction = fraction.parse::<u16>().unwrap_or(0).saturating_mul(scale);
    match whole {
        "0" => fraction,
        "1" if fraction == 0 => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::Coding::{Brotli, Deflate, Gzip, Zstd};
    use super::*;

    #[test]
    fn one_known_coding_is_known() {
        for (said, expected) in [
            ("", Applied::Identity),
            ("identity", Applied::Identity),
            (" , ", Applied::Identity),
            ("x-gzip", Applied::One(Gzip)),
            ("identity, ZSTD", Applied::One(Zstd)),
            ("deflate,", Applied::One(Deflate)),
            ("gzip, gzip", Applied::Other),
            ("compress", Applied::Other),
            ("br;q=1", Applied::Other),
            ("unreadable", Applied::Other),
        ] {
            assert_eq!(applied(Some(said)), expected, "{said}");
        }
    }

    #[test]
    fn what_a_visitor_takes_is_what_they_said() {
        for (said, expected) in [
            ("", None),
            ("gzip", Some(Gzip)),
            ("gzip, deflate, br, zstd", Some(Gzip)),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", Some(Brotli)),
            ("x-GZIP", Some(Gzip)),
            ("*", Some(Gzip)),
            ("*, gzip;q=0", Some(Zstd)),
            ("*;q=0", None),
            ("gzip;q=0, br;q=0.001", Some(Brotli)),
            ("identity, gzip;q=0.5", None),
            ("identity, gzip", Some(Gzip)),
            ("identity;q=0.5, gzip;q=1", Some(Gzip)),
            ("gzip ; Q = 0", None),
            ("gzip;q=1.001, br;q=x, zstd;q=2", None),
            ("gzip;q=0.1234", None),
            ("deflate, compress", None),
        ] {
            assert_eq!(Accepted::new(Some(said)).best(&[Gzip, Zstd, Brotli]), expected, "{said}");
        }
        for (said, expected) in [
            ("", true),
            ("gzip", true),
            ("identity;q=0", false),
            ("gzip, *;q=0", false),
            ("*;q=0, identity;q=0.1", true),
        ] {
            assert_eq!(Accepted::new(Some(said)).takes_identity(), expected, "{said}");
        }
    }
}
