//! Assignment: which bucket a visitor falls into, and which variant a bucket gets.
//!
//! Integers only, in 10,000ths, so that every host computes the same; the hash and the ranges are GrowthBook's, so that
//! its public cases are ours and its data can be compared ([bucketing](crate::docs::memory#bucketing)).

pub mod allocation;
pub mod hash;

#[cfg(all(test, feature = "author"))]
mod growthbook;
#[cfg(test)]
mod statistics;
