//! How fast a visitor is connected, from `Save-Data` and `ECT`, or from what the browser says of itself in the same words.
//!
//! Browsers send `Save-Data` where the visitor asked to save data, and `ECT` where the site asked for it with `Accept-CH: ECT`.

/// How a visitor is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// The visitor asks to save data, however fast they are connected.
    Save,
    /// Slower than `4g` in the words of `ECT`: about 700 kbit/s or less.
    Slow,
    /// As fast as `4g` or faster.
    Fast,
}

impl Connection {
    /// Every value.
    pub const ALL: [Connection; 3] = [Connection::Save, Connection::Slow, Connection::Fast];

    /// The connection that the values of `Save-Data` and `ECT` tell; `None` where neither says anything.
    ///
    /// ```
    /// use parvis::facts::Connection;
    /// assert_eq!(Connection::of(&["on"], &["4g"]), Some(Connection::Save));
    /// assert_eq!(Connection::of(&[], &["3g"]), Some(Connection::Slow));
    /// assert_eq!(Connection::of(&["off"], &["5g"]), None);
    /// ```
    pub fn of<T: AsRef<str>>(save_data: &[T], ect: &[T]) -> Option<Connection> {
        let is = |value: Option<&T>, word: &str| {
            value.is_some_and(|value| value.as_ref().trim_matches([' ', '\t']).eq_ignore_ascii_case(word))
        };
        if is(save_data.first(), "on") {
            Some(Connection::Save)
        } else if is(ect.first(), "4g") {
            Some(Connection::Fast)
        } else {
            ["slow-2g", "2g", "3g"].into_iter().any(|word| is(ect.first(), word)).then_some(Connection::Slow)
        }
    }

    /// The name that conditions use.
    pub const fn name(self) -> &'static str {
        match self {
            Connection::Save => "save",
            Connection::Slow => "slow",
            Connection::Fast => "fast",
        }
    }
}
