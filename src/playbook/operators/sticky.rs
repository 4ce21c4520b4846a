//! Sticky-bucketing operator of a compiled playbook: version (1), the lowest version that takes part (1).

/// Sticky bucketing: visitors keep the variant they got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sticky {
    /// The version of the experiment; in another one variants are assigned anew.
    pub version: u8,
    /// Visitors who got a variant of a lower version are excluded.
    pub min_version: u8,
}

pub(super) fn read(body: &[u8]) -> Option<Sticky> {
    let (&[version, min_version], _) = body.split_first_chunk()?;
    Some(Sticky { version, min_version })
}
