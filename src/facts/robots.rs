//! Robots, by the names that they give themselves in `User-Agent`.
//!
//! A name ends with a word such as `bot`, an address is told where a robot is explained, or the name is in one of two tables: robots
//! that run scripts, and so also meet the engine in a page, and those that run none, which only an edge meets. `curl` is in neither,
//! because operators look at their own pages with it.
//!
//! Phones are told apart: `CUBOT`, `M BOT` and the like are makes, which stand in a comment beside `Android`.

use core::cmp::Ordering;

use crate::base::text::contains;

/// The day on which this was last compared with an open list of names in use, of which it finds 85 in 100:
/// <https://github.com/monperrus/crawler-user-agents>.
pub const AS_OF: &str = "2026-11-30";

/// Words with which names of robots end: `Googlebot`, `Baiduspider`, `BingPreview`.
const ENDINGS: [&str; 12] = [
    "bot",
    "bots",
    "crawl",
    "crawler",
    "crawlers",
    "fetcher",
    "indexer",
    "monitoring",
    "preview",
    "scraper",
    "spider",
    "validator",
];

/// Makes of phones that end like a robot, where an app tells them without `Android` beside them.
const PHONES: [&str; 4] = ["cubot", "id bot", "idbot", "m bot"];

/// Robots that run scripts: search and previews, headless browsers, measurements of speed, monitors. Sorted; none begins another.
const WITH_SCRIPTS: [&str; 52] = [
    "alertsite",
    "amazon-bedrock-agentcore-browser",
    "anchor browser",
    "catchpoint",
    "checkly",
    "criticalcss",
    "dareboost",
    "datadog synthetic",
    "datadogsynthetics",
    "dotcom-monitor",
    "facebookcatalog",
    "facebookexternalhit",
    "ghost inspector",
    "google page speed",
    "google-agent",
    "google-inspectiontool",
    "google-notebooklm",
    "google-read-aloud",
    "google-structured-data-testing-tool",
    "googleagent",
    "googleother",
    "googlestackdrivermonitoring",
    "gtmetrix",
    "headlesschrome",
    "htmlunit",
    "jsdom",
    "lighthouse",
    "manus-user",
    "mediapartners-google",
    "meta-externalagent",
    "meta-externalhit",
    "newrelicsynthetics",
    "novaact",
    "pagespeed",
    "phantomjs",
    "pingdompagespeed",
    "pingdomtms",
    "playwright",
    "prerender",
    "ptst",
    "puppeteer",
    "rendertron",
    "rigor",
    "ruxitsynthetic",
    "selenium",
    "site24x7",
    "slimerjs",
    "slurp",
    "speedcurve",
    "statuscake",
    "uptimia",
    "yandexrenderresources",
];

/// Robots that run no scripts: previews of links, assistants, libraries, archives, checks of health. Sorted; none begins another.
const WITHOUT_SCRIPTS: [&str; 104] = [
    "2ip.ru",
    "acunetix",
    "ahc/",
    "aiohttp",
    "amazon cloudfront",
    "amzn-user",
    "anthropic-ai",
    "anyevent",
    "apache-httpclient",
    "apis-google",
    "appengine-google",
    "archive-it",
    "archivebox",
    "axios",
    "blackbox exporter",
    "brandwatch",
    "brokenlinkcheck",
    "censysinspect",
    "chatgpt-user",
    "check_http",
    "claude-user",
    "cloudflare-alwaysonline",
    "cloudflare-healthchecks",
    "cloudflare-traffic-manager",
    "cohere-ai",
    "colly",
    "crawl4ai",
    "crawler4j",
    "dataprovider",
    "deadlinkchecker",
    "disqus",
    "elb-healthchecker",
    "embedly",
    "feedburner",
    "feedfetcher",
    "flipboardproxy",
    "gemini-deep-research",
    "github-camo",
    "go-http-client",
    "google favicon",
    "google-ads",
    "google-adwords",
    "google-certificates-bridge",
    "google-physicalweb",
    "google-safety",
    "google-site-verification",
    "googledocs",
    "googlehc",
    "googleimageproxy",
    "googleproducer",
    "guzzlehttp",
    "heritrix",
    "httpunit",
    "httpurlconnection",
    "httpx",
    "httrack",
    "ia_archiver",
    "iframely",
    "internetmeasurement",
    "java/",
    "jetmon",
    "jetty",
    "kube-probe",
    "libwww-perl",
    "lwp",
    "masscan",
    "mastodon",
    "mechanize",
    "metainspector",
    "mistralai-user",
    "nagios",
    "netcraftsurveyagent",
    "nikto",
    "nmap scripting engine",
    "node",
    "nutch",
    "okhttp",
    "omgili",
    "perplexity-user",
    "perplexityuser",
    "phpcrawl",
    "postrank",
    "pulsetic",
    "python",
    "qualys",
    "reqwest",
    "scrapy",
    "simplepie",
    "sindresorhus",
    "sitebulb",
    "sqlmap",
    "ssl labs",
    "trafilatura",
    "undici",
    "updown.io",
    "uptime",
    "uptrends",
    "virustotal",
    "vkshare",
    "w3c-checklink",
    "wget",
    "whatsapp",
    "xenu link sleuth",
    "zabbix",
];

/// Whether it names itself as a robot that may run scripts.
///
/// ```
/// use parvis::facts::robots::names_itself;
/// assert!(names_itself("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"));
/// assert!(names_itself("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36"));
/// assert!(!names_itself("Mozilla/5.0 (Linux; Android 9; CUBOT_X19) Chrome/140.0.0.0 Mobile Safari/537.36"));
/// ```
pub fn names_itself(user_agent: &str) -> bool {
    let text = user_agent.as_bytes();
    contains(text, "://")
        || words(text).any(|(from, to)| {
            ends_like_a_robot(text, to)
                || (may_begin(text, from, &FIRST) && begins_with_one(text, from, &WITH_SCRIPTS))
        })
}

/// The second letters of [`WITH_SCRIPTS`], as bits, by their first letters: most words of a browser are told apart by these.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
static FIRST: [u32; 32] = {
    let (mut pairs, mut at) = ([0_u32; 32], 0);
    while at < WITH_SCRIPTS.len() {
        let [first, second, ..] = WITH_SCRIPTS[at].as_bytes() else { panic!("two letters") };
        pairs[(*first & 31) as usize] |= 1 << (*second & 31);
        at += 1;
    }
    pairs
};

/// The last letters of [`ENDINGS`], as bits.
#[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
const LAST: u32 = {
    let (mut bits, mut at) = (0_u32, 0);
    while at < ENDINGS.len() {
        let [.., last] = ENDINGS[at].as_bytes() else { panic!("a letter") };
        bits |= 1 << (*last & 31);
        at += 1;
    }
    bits
};

/// Whether two bytes at `from` are the first of a name, as far as their lower five bits say, which ignore case.
fn may_begin(text: &[u8], from: usize, pairs: &[u32; 32]) -> bool {
    let Some([first, second]) = text.get(from..).and_then(|rest| rest.first_chunk()) else { return false };
    pairs.get(usize::from(first & 31)).is_some_and(|seconds| seconds >> (second & 31) & 1 == 1)
}

/// Whether it names itself as a robot that runs no scripts, a library or a check of health.
pub(super) fn runs_no_scripts(user_agent: &str) -> bool {
    let text = user_agent.as_bytes();
    words(text).any(|(from, _)| begins_with_one(text, from, &WITHOUT_SCRIPTS))
}

/// The words of a text, each by its first byte and the byte behind it: ASCII letters and digits.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0_usize;
    core::iter::from_fn(move || {
        let from = at.saturating_add(text.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?);
        at = from
            .saturating_add(text.get(from..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count());
        Some((from, at))
    })
}

/// Whether the word before `to` ends like the name of a robot, and is no make of a phone.
fn ends_like_a_robot(text: &[u8], to: usize) -> bool {
    let Some((before, behind)) = text.split_at_checked(to) else { return false };
    before.last().is_some_and(|last| LAST >> (last & 31) & 1 == 1)
        && ENDINGS.iter().any(|ending| ends_with(before, ending))
        && !is_phone(before, behind)
}

/// Whether the word that ends `before` is the make of a phone: one of [`PHONES`], or in a comment that is about Android alone.
fn is_phone(before: &[u8], behind: &[u8]) -> bool {
    let is_make = |phone: &str| {
        let first = before.len().wrapping_sub(phone.len()).wrapping_sub(1);
        ends_with(before, phone) && !before.get(first).is_some_and(u8::is_ascii_alphanumeric)
    };
    if PHONES.iter().any(|phone| is_make(phone)) {
        return true;
    }
    let opened = before.iter().rposition(|byte| *byte == b'(' || *byte == b')');
    let Some(comment) =
        opened.and_then(|at| before.get(at..)).filter(|comment| comment.first() == Some(&b'('))
    else {
        return false;
    };
    // A product has its version behind a slash, which no make has.
    let rest = behind.split(|byte| *byte == b')').next().unwrap_or_default();
    let says = |word: &str| contains(comment, word) || contains(rest, word);
    behind.first() != Some(&b'/') && says("android") && !says("compatible") && !says("http")
}

/// Whether `text` has one of `names`, which are sorted, at `from`, as a whole word.
fn begins_with_one(text: &[u8], from: usize, names: &[&str]) -> bool {
    let Some(text) = text.get(from..) else { return false };
    let found = names.binary_search_by(|name| order(name.as_bytes(), text));
    let Some(name) = found.ok().and_then(|at| names.get(at)) else { return false };
    let is_open = name.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
        && text.get(name.len()).is_some_and(u8::is_ascii_alphanumeric);
    !is_open
}

/// How `name` stands to `text`, of which it may be the beginning, without regard to the case of ASCII letters.
fn order(name: &[u8], text: &[u8]) -> Ordering {
    let mut text = text.iter().map(u8::to_ascii_lowercase);
    for byte in name {
        match text.next().map_or(Ordering::Greater, |other| byte.cmp(&other)) {
            Ordering::Equal => {}
            other => return other,
        }
    }
    Ordering::Equal
}

/// Whether `text` ends with `word`, which is in lower case.
fn ends_with(text: &[u8], word: &str) -> bool {
    let from = text.len().checked_sub(word.len());
    from.and_then(|from| text.get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn is_robot(user_agent: &str) -> bool {
        names_itself(user_agent) || runs_no_scripts(user_agent)
    }

    #[test]
    fn the_tables_are_sorted_and_no_name_begins_another() {
        for table in [&WITH_SCRIPTS[..], &WITHOUT_SCRIPTS] {
            for (one, next) in table.iter().zip(table.iter().skip(1)) {
                assert!(one < next && !next.starts_with(one), "{one} {next}");
            }
        }
    }

    #[test]
    fn every_name_is_found_wherever_a_word_begins_and_nowhere_within_one() {
        for name in WITH_SCRIPTS.iter().chain(&WITHOUT_SCRIPTS) {
            for text in [
                format!("{name}1.0"),
                format!("Mozilla/5.0 (x;{}) y", name.to_uppercase()),
                format!("a-{name}"),
            ] {
                let is_open = text.ends_with("1.0") && !name.ends_with('/');
                assert_eq!(is_robot(&text), !is_open, "{text}");
            }
            assert!(
                !is_robot(&format!("x{name}")) || ENDINGS.iter().any(|ending| name.ends_with(ending)),
                "x{name}"
            );
        }
    }

    #[test]
    fn people_are_no_robots() {
        let chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
        for phone in [
            "CUBOT KINGKONG STAR",
            "CUBOT_X19",
            "CUBOT",
            "M BOT 55",
            "M BOT",
            "IDbot53",
            "ID BOT",
            "Turbobot Build/QP1A",
            "Robot",
        ] {
            for agent in [
                format!("Mozilla/5.0 (Linux; Android 14; {phone}) {chrome}"),
                format!("Dalvik/2.1.0 (Linux; U; Android 9; {phone})"),
                format!("Shop/4.2 ({phone}; Android 9) {chrome}"),
            ] {
                assert!(!is_robot(&agent), "{agent}");
            }
        }
        for agent in [
            "",
            "Shop/4.2 (CUBOT)",
            "curl/8.9.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AbbottCare/3.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Botim/3.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 [FBAN/FBIOS;FBAV/450.0]",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Linux; Android 13) Chrome/140 JavaFX/22 Spiderman Botanica crawling monitor",
        ] {
            assert!(!is_robot(agent), "{agent}");
        }
    }

    #[test]
    fn robots_are_robots_also_where_they_pose_as_phones() {
        for agent in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) Mobile Safari/537.36 (compatible; Googlebot/2.1)",
            "Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/)",
            "Mozilla/5.0 (Linux; Android 8; SomeBot/1.0)",
            "Mozilla/5.0 (Linux; Android 8; SomeBot; +https://bot.example)",
            "Mozilla/5.0 (compatible; SomeBot; Android)",
            "SomeBot/1 (Android; Mobile)",
            "Pingdom.com_bot_version_1.4",
            "Tribot",
            "Mozilla/5.0 (compatible; Miniflux/2.0; +https://miniflux.app)",
            "xM BOT",
            "Baiduspider-render/2.0",
            "Google-Read-Aloud",
            "python-requests/2.32",
            "Python/3.12 aiohttp/3.9",
            "Java/21.0.1",
            "node",
        ] {
            assert!(is_robot(agent), "{agent}");
        }
        for seen_in_pages in ["HeadlessChrome/140", "Chrome-Lighthouse", "APIs-Google Googlebot"] {
            assert!(names_itself(seen_in_pages), "{seen_in_pages}");
        }
        assert!(!names_itself("okhttp/4.12") && runs_no_scripts("okhttp/4.12"));
    }
}
