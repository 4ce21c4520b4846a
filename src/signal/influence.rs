//! Influence: the strongest class of signal that an output depends on.

/// The strongest class of signal that an output depends on; joining two keeps the stronger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Influence {
    /// No signal: the output is a function of the URL and the playbook alone.
    #[default]
    None,
    /// Signals of the request alone.
    Contextual,
    /// Signals about the visit or the visitor.
    Personal,
}

impl Influence {
    /// The stronger of both.
    #[must_use]
    pub fn join(self, other: Influence) -> Influence {
        self.max(other)
    }

    /// The name in records.
    pub const fn name(self) -> &'static str {
        match self {
            Influence::None => "none",
            Influence::Contextual => "contextual",
            Influence::Personal => "personal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Influence::{Contextual, None, Personal};

    #[test]
    fn the_stronger_of_both_stays() {
        for (one, other, stronger) in [
            (None, None, None),
            (None, Contextual, Contextual),
            (Contextual, None, Contextual),
            (Contextual, Personal, Personal),
            (Personal, Contextual, Personal),
            (Personal, None, Personal),
        ] {
            assert_eq!(one.join(other), stronger, "{one:?} {other:?}");
        }
        assert_eq!(
            [None, Contextual, Personal].map(super::Influence::name),
            ["none", "contextual", "personal"]
        );
    }
}
