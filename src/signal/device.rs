//! The class of device from `User-Agent`, where the host does not tell.

use crate::facts::Device;

/// Words that robots use of themselves.
const ROBOTS: [&str; 8] =
    ["bot", "crawl", "spider", "slurp", "facebookexternalhit", "embedly", "preview", "lighthouse"];

/// The class of device; `None` when the header is empty.
///
/// A tablet of Apple's says that it is a computer, and so it counts as one.
///
/// ```
/// use parvis::facts::Device;
/// use parvis::signal::device::of;
/// assert_eq!(of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148"), Some(Device::Mobile));
/// assert_eq!(of("Mozilla/5.0 (compatible; Googlebot/2.1)"), Some(Device::Bot));
/// assert_eq!(of(""), None);
/// ```
pub fn of(user_agent: &str) -> Option<Device> {
    let says = |word: &str| contains(user_agent.as_bytes(), word.as_bytes());
    if user_agent.is_empty() {
        None
    } else if ROBOTS.iter().any(|word| says(word)) {
        Some(Device::Bot)
    } else if says("ipad") || says("tablet") || (says("android") && !says("mobile")) {
        Some(Device::Tablet)
    } else if says("mobi") {
        Some(Device::Mobile)
    } else {
        Some(Device::Desktop)
    }
}

/// Whether `text` contains `word`, without regard to the case of ASCII letters.
fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}
