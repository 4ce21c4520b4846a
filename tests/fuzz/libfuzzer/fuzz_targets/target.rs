//! The program of every target: `PARVIS_FUZZ_TARGET` says which one it runs.
#![no_main]

use std::sync::LazyLock;

use parvis_fuzz_targets::{Target, target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    target(&std::env::var("PARVIS_FUZZ_TARGET").expect("PARVIS_FUZZ_TARGET names a target"))
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| TARGET.run(input));
