//! The class of a referrer, one of six, by the host of `Referer`; the URL itself is not used further.
//!
//! The table is short on purpose; a host that is not in it is `other`. A row without a dot matches that name under any
//! ending (`google` for `www.google.co.uk`), one with a dot matches that host and its subdomains.

/// The class of a referrer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// No `Referer`: typed, bookmarked, from an application, or from a page that sends none.
    Direct,
    /// A search engine.
    Search,
    /// A social network.
    Social,
    /// A webmail service.
    Mail,
    /// The site itself, or a subdomain of it.
    SameSite,
    /// Anything else.
    Other,
}

/// Mail before search: `mail.google.com` is both.
const TABLE: [(Referrer, &[&str]); 3] = [
    (
        Referrer::Mail,
        &["mail", "webmail", "outlook", "roundcube", "proton.me", "gmx", "com.google.android.gm"],
    ),
    (
        Referrer::Search,
        &[
            "google",
            "bing",
            "duckduckgo",
            "yahoo",
            "ecosia",
            "qwant",
            "baidu",
            "yandex",
            "startpage",
            "search.brave.com",
            "kagi.com",
            "seznam",
            "naver",
            "com.google.android.googlequicksearchbox",
        ],
    ),
    (
        Referrer::Social,
        &[
            "facebook",
            "instagram",
            "twitter",
            "x.com",
            "t.co",
            "linkedin",
            "lnkd.in",
            "pinterest",
            "reddit",
            "tiktok",
            "youtube",
            "snapchat",
            "threads",
            "bsky.app",
            "vk.com",
            "whatsapp",
            "t.me",
        ],
    ),
];

impl Referrer {
    /// Every class.
    pub const ALL: [Referrer; 6] = [
        Referrer::Direct,
        Referrer::Search,
        Referrer::Social,
        Referrer::Mail,
        Referrer::SameSite,
        Referrer::Other,
    ];

    /// The name that conditions use.
    pub const fn name(self) -> &'static str {
        match self {
            Referrer::Direct => "direct",
            Referrer::Search => "search",
            Referrer::Social => "social",
            Referrer::Mail => "mail",
            Referrer::SameSite => "same-site",
            Referrer::Other => "other",
        }
    }

    /// The class of a `Referer` for the site at `site`, a host name, optionally with a port.
    ///
    /// ```
    /// use parvis::signal::referrer::Referrer;
    /// let of = |header| Referrer::of(header, "www.shop.example");
    /// assert_eq!(of(""), Referrer::Direct);
    /// assert_eq!(of("https://www.google.co.uk/"), Referrer::Search);
    /// assert_eq!(of("https://mail.google.com/mail/u/0/"), Referrer::Mail);
    /// assert_eq!(of("https://blog.shop.example/lamps?q=google"), Referrer::SameSite);
    /// ```
    pub fn of(header: &str, site: &str) -> Referrer {
        let header = header.trim_matches([' ', '\t']);
        if header.is_empty() || header.eq_ignore_ascii_case("about:blank") {
            return Referrer::Direct;
        }
        // Searching for a text instead of a letter would add 9 KB of gzip here, in formatting of impossible errors.
        let rest = header.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//"));
        let Some(rest) = rest else { return Referrer::Other };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.');
        let site = site.split(':').next().unwrap_or_default();
        let site = site.strip_prefix("www.").unwrap_or(site);
        if host.is_empty() {
            Referrer::Other
        } else if is_below(host, site) {
            Referrer::SameSite
        } else {
            TABLE
                .iter()
                .find(|(_, rows)| rows.iter().any(|row| fits(host, row)))
                .map_or(Referrer::Other, |row| row.0)
        }
    }
}

fn fits(host: &str, row: &str) -> bool {
    if row.contains('.') {
        return is_below(host, row);
    }
    // The last label is the ending and is not compared.
    let names = host.rsplit_once('.').map_or("", |(names, _)| names);
    names.split('.').any(|label| label.eq_ignore_ascii_case(row))
}

/// Whether `host` is `other` or a subdomain of it.
fn is_below(host: &str, other: &str) -> bool {
    let cut = host.len().checked_sub(other.len()).and_then(|at| host.split_at_checked(at));
    !other.is_empty()
        && cut.is_some_and(|(above, end)| {
            end.eq_ignore_ascii_case(other) && (above.is_empty() || above.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_classed_by_the_table() {
        for (header, expected) in [
            ("https://google.com", Referrer::Search),
            ("https://WWW.Google.FR/search?q=lamp", Referrer::Search),
            ("https://notgoogle.com/", Referrer::Other),
            ("https://example.google/", Referrer::Other),
            ("https://t.co/abc", Referrer::Social),
            ("https://ft.co/abc", Referrer::Other),
            ("https://out.reddit.com:443/x", Referrer::Social),
            ("https://l.facebook.com/", Referrer::Social),
            ("https://outlook.live.com/", Referrer::Mail),
            ("https://webmail.provider.example/", Referrer::Mail),
            ("android-app://com.google.android.gm/", Referrer::Mail),
            ("android-app://com.google.android.googlequicksearchbox/", Referrer::Search),
            ("https://shop.example/p/lamp", Referrer::SameSite),
            ("https://www.shop.example:8443/", Referrer::SameSite),
            ("https://workshop.example/", Referrer::Other),
            ("https://user@shop.example@evil.example/", Referrer::Other),
            ("https:///", Referrer::Other),
            ("shop.example", Referrer::Other),
            (" ", Referrer::Direct),
            ("about:blank", Referrer::Direct),
            ("https://\u{e9}\u{e9}\u{e9}.example/", Referrer::Other),
        ] {
            assert_eq!(Referrer::of(header, "www.shop.example:8443"), expected, "{header}");
        }
        assert_eq!(Referrer::of("https://x.example/", ""), Referrer::Other);
    }
}
