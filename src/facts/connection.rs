//! The speed class of a connection, from `Save-Data` and `ECT`, or from the browser's network information in the same
//! form.
//!
//! Browsers send `Save-Data` if the visitor enabled it, and `ECT` if the site requested it with `Accept-CH: ECT`.

/// The class of a visitor's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// The visitor enabled data saving, whatever the speed.
    Save,
    /// Slower than `4g` as `ECT` defines it: about 700 kbit/s or less.
    Slow,
    /// As fast as `4g` or faster.
    Fast,
}

impl Connection {
    /// Every value.
    pub const ALL: [Connection; 3] = [Connection::Save, Connection::Slow, Connection::Fast];

    /// The connection by the values of `Save-Data` and `ECT`; `None` if neither is sent.
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
