#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| parvis_fuzz_targets::run("cache", input));
