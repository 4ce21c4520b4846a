//! Something that is built once for each run of this program, whoever asks for it first.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// What is built, or why it could not be: steps that need the same thing wait for one build of it.
pub struct Once(Mutex<Option<Result<PathBuf, String>>>);

impl Once {
    pub const fn new() -> Once {
        Once(Mutex::new(None))
    }

    /// Where it lies; `make` is called by the first who asks.
    pub fn get(&self, make: impl FnOnce() -> anyhow::Result<PathBuf>) -> anyhow::Result<PathBuf> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = made.get_or_insert_with(|| make().map_err(|error| format!("{error:#}")));
        result.clone().map_err(anyhow::Error::msg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_and_what_fails_is_asked_for_once() {
        for expected in [Ok(PathBuf::from("x")), Err("no".to_owned())] {
            let (once, mut calls) = (Once::new(), 0);
            for _ in 0..2 {
                let got = once.get(|| {
                    calls += 1;
                    expected.clone().map_err(anyhow::Error::msg)
                });
                assert_eq!(got.map_err(|error| error.to_string()), expected);
            }
            assert_eq!(calls, 1);
        }
    }
}
