//! Quantcast, now InMobi: `addtl_consent` names ad providers; the choice itself is in the TC string beside it.

/// The version and the provider ids of `1~39.4.3`, as they are written.
pub fn parts(value: &str) -> Option<(&str, &str)> {
    crate::base::split::pair(value, b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_providers_stand_around_the_tilde() {
        assert_eq!(parts("1~39.4.3"), Some(("1", "39.4.3")));
        assert_eq!(parts("2~"), Some(("2", "")));
        assert_eq!(parts("1"), None);
    }
}
