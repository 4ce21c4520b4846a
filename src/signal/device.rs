//! The class of device by `User-Agent`, if the host does not provide it.

use crate::base::text::contains;
use crate::facts::{Device, robots};

/// The class of device; `None` when the header is empty.
///
/// Apple tablets send the user agent of a computer, and so count as one.
///
/// ```
/// use parvis::facts::Device;
/// use parvis::signal::device::of;
/// assert_eq!(of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile/15E148"), Some(Device::Mobile));
/// assert_eq!(of("Mozilla/5.0 (compatible; Googlebot/2.1)"), Some(Device::Bot));
/// assert_eq!(of(""), None);
/// ```
pub fn of(user_agent: &str) -> Option<Device> {
    let says = |word: &str| contains(user_agent.as_bytes(), word);
    if user_agent.is_empty() {
        None
    } else if robots::names_itself(user_agent) {
        Some(Device::Bot)
    } else if says("ipad") || says("tablet") || (says("android") && !says("mobile")) {
        Some(Device::Tablet)
    } else if says("mobi") {
        Some(Device::Mobile)
    } else {
        Some(Device::Desktop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_known_and_robots_come_first() {
        for (header, expected) in [
            ("", None),
            (" ", Some(Device::Desktop)),
            ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", Some(Device::Desktop)),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Safari/605", Some(Device::Desktop)),
            ("Mozilla/5.0 (Linux; Android 15) Mobile Safari/537", Some(Device::Mobile)),
            ("Mozilla/5.0 (Linux; ANDROID 15) Safari/537", Some(Device::Tablet)),
            ("Mozilla/5.0 (Linux; Android 15; Tablet) Mobile", Some(Device::Tablet)),
            ("Mozilla/5.0 (iPad; CPU OS 12) Mobile/15E148", Some(Device::Tablet)),
            ("Opera Mobi/1", Some(Device::Mobile)),
            ("Opera Mob/1", Some(Device::Desktop)),
            ("mobi", Some(Device::Mobile)),
            ("SomeBot/1 (Android; Mobile)", Some(Device::Bot)),
            ("crawler", Some(Device::Bot)),
            ("Baiduspider", Some(Device::Bot)),
            ("Yahoo! Slurp", Some(Device::Bot)),
            ("facebookexternalhit/1.1", Some(Device::Bot)),
            ("Slack-Preview", Some(Device::Bot)),
            ("Chrome-Lighthouse", Some(Device::Bot)),
            ("facebookexternal", Some(Device::Desktop)),
            ("Mozilla/5.0 (Linux; Android 9; CUBOT) Mobile", Some(Device::Mobile)),
        ] {
            assert_eq!(of(header), expected, "{header}");
        }
    }
}
