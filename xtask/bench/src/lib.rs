//! What the benches share: quantiles of rounds, the consent strings that are decoded, the playbook that decides.

pub mod given;
pub mod largest;
pub mod loaded;
pub mod node;
pub mod page;
pub mod policy;
pub mod rounds;
pub mod site;
pub mod strings;
pub mod table;

/// The value below which this share of `values` lies.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .get(((sorted.len().saturating_sub(1)) as f64 * share).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Half of the distance between the quartiles, as a share of the median.
#[must_use]
pub fn half_quartiles(values: &[f64]) -> f64 {
    (quantile(values, 0.75) - quantile(values, 0.25)) / 2.0 / quantile(values, 0.5)
}
