//! Minimum-visits operator of a compiled playbook: the number of a variant (1), visits (2).

/// The minimum number of visits of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinVisits {
    /// The number of the variant in its campaign.
    pub variant: u8,
    /// The first visit in which it is shown.
    pub visits: u16,
}

pub(super) fn read(body: &[u8]) -> Option<MinVisits> {
    let (&[variant], body) = body.split_first_chunk()?;
    let (visits, _) = body.split_first_chunk()?;
    Some(MinVisits { variant, visits: u16::from_le_bytes(*visits) })
}
