//! Assignment: the bucket of a visitor, and the variant of a bucket.
//!
//! Integers only, in 10,000ths, so that every host computes the same. The hash and the ranges are GrowthBook's, so that
//! its public cases apply and data can be compared ([bucketing](crate::docs::memory#bucketing)).

pub mod allocation;
pub mod hash;

#[cfg(all(test, feature = "author"))]
mod growthbook;
#[cfg(test)]
mod statistics;
