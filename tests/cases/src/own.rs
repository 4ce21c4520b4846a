//! Header lines that a real host has of its own, beside what the engine and the origin say: one closed table for each host, which
//! stands where the host is started for tests (`tests/hosts/src`).

/// What a host does to header lines by itself.
#[derive(Clone, Copy, Debug)]
pub enum Own {
    /// It adds one line of this name with such a value.
    Adds(&'static str, Form),
    /// It writes another value in one line of this name: the engine's comes first, the host's second.
    Says(&'static str, &'static str, &'static str),
}

/// A value that a host writes.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// This text.
    Is(&'static str),
    /// A decimal number.
    Number,
    /// A date in the form of HTTP, such as `Sat, 21 Nov 2026 12:00:00 GMT`.
    Date,
    /// The address of the origin: a name or an IP address with a port.
    Address,
}

/// What a host does to the lines of a response and of the request at the origin.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Lines of the response.
    pub response: &'static [Own],
    /// Lines of the request that the origin gets.
    pub request: &'static [Own],
}

use Form::{Address, Date, Is, Number};
use Own::{Adds, Says};

impl Form {
    fn fits(self, value: &str) -> bool {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Is(text) => value == text,
            Number => digits(value),
            Date => value.len() == 29 && value.ends_with(" GMT") && value.get(3..5) == Some(", "),
            Address => value.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && digits(port)),
        }
    }
}

/// The lines as the engine and the origin say them: without the host's own, of which each entry takes out one.
pub fn without(own: &[Own], mut lines: Vec<(String, String)>) -> Vec<(String, String)> {
    for entry in own {
        match *entry {
            Adds(name, form) => {
                let place = lines.iter().rposition(|(key, value)| key == name && form.fits(value));
                place.map(|place| lines.remove(place));
            }
            Says(name, engine, host) => {
                let line = lines.iter_mut().find(|(key, value)| key == name && value == host);
                if let Some((_, value)) = line {
                    engine.clone_into(value);
                }
            }
        }
    }
    lines
}
