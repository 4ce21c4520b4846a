//! Resolving consent allocates nothing and takes a few microseconds.

use parvis::base::calendar;
use parvis::consent::evidence::Evidence;
use parvis::consent::resolve::{Resolution, resolve};
use parvis::consent::settings::Defaults;
use parvis::facts::Facts;

#[test]
fn resolving_allocates_nothing() {
    let vectors: Result<serde_json::Value, _> =
        serde_json::from_str(include_str!("../../fixtures/consent/vectors.json"));
    let mut all = Facts {
        country: Some("FR".to_owned()),
        now: calendar::parse("2026-11-21T12:00:00Z"),
        ..Facts::default()
    };
    for vector in vectors.iter().flat_map(|vectors| vectors.as_array().into_iter().flatten()) {
        for (name, value) in vector["cookies"].as_object().into_iter().flatten() {
            all.cookies.push(format!("{name}={}", value.as_str().unwrap_or_default()));
        }
    }
    assert!(Evidence::of(&all).cookies.len() > 150);
    let mut resolution = Resolution::default();
    let used = allocation_counter::measure(|| resolution = resolve(&Evidence::of(&all), &Defaults));
    assert_eq!(used.count_total, 0);
    assert!(!resolution.allowed().is_empty());
}

/// Not a benchmark, but the number that one is about: `cargo test --release -p parvis --test consent allocations -- --ignored --nocapture`.
#[test]
#[ignore = "prints a time"]
fn time_of_three_flags() {
    let facts = Facts {
        country: Some("FR".to_owned()),
        now: calendar::parse("2026-11-21T12:00:00Z"),
        cookies: [format!(
            "a=1; euconsent-v2={}; gpp={}; OptanonConsent={}; OptanonAlertBoxClosed=2026-10-01T08:00:00.000Z; b=2",
            "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA",
            "DBABLA~CVQVAAAAAACA.YA",
            "isGpcEnabled=0&datestamp=x&interactionCount=1&groups=C0001%3A1%2CC0002%3A0%2CC0003%3A0%2CC0004%3A0&AwaitingReconsent=false"
        )].into(),
        ..Facts::default()
    };
    let start = std::time::Instant::now();
    let mut bits = 0u32;
    for _ in 0..100_000 {
        bits ^= u32::from(resolve(&Evidence::of(std::hint::black_box(&facts)), &Defaults).allowed().bits());
    }
    println!("{:?} for each of 100,000 ({bits})", start.elapsed() / 100_000);
}
