//! Counts what decoding and resolving consent allocates: nothing.
//!
//! A program of its own, since the counting allocator would slow the libraries in the bench beside it.

use anyhow::ensure;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::{Resolution, resolve};
use parvis::consent::settings::Defaults;
use xtask_bench::strings::{everything, publisher, samples, three_flags};

fn main() -> anyhow::Result<()> {
    let samples = samples();
    let facts = three_flags();
    let mut sum = 0;
    let decoding = allocation_counter::measure(|| {
        for sample in &samples {
            sum += everything(sample).unwrap_or(0) + publisher(sample).unwrap_or(0);
        }
    });
    let mut resolution = Resolution::default();
    let resolving = allocation_counter::measure(|| resolution = resolve(&Evidence::of(&facts), &Defaults));
    ensure!(sum > 0 && !resolution.allowed().is_empty(), "nothing was read");
    println!(
        "allocations: {} in decoding {} strings twice, {} in resolving; goal 0",
        decoding.count_total,
        samples.len(),
        resolving.count_total
    );
    ensure!(decoding.count_total + resolving.count_total == 0, "consent allocates");
    Ok(())
}
