//! What a bench prints: one row a contender, and each goal with what was reached.

use crate::page::Page;
use crate::rounds::Times;

/// Throughput of all pages together, and against the contender number `base`.
pub fn speeds(names: &[&str], times: &Times, pages: &[Page], base: usize) {
    let bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    println!("{:<36}{:>10}{:>12}{:>12}{:>9}", "", "MB/s", "x lol_html", "geo. mean", "spread");
    for (number, name) in names.iter().enumerate() {
        println!(
            "{name:<36}{:>10.0}{:>11.2}x{:>11.2}x{:>8.0}%",
            bytes as f64 * 1e3 / times.total(number),
            times.total(base) / times.total(number),
            times.ratio(base, number),
            times.spread(number) * 100.0
        );
    }
}

/// Time of one request, with the calls that the host answered.
pub fn requests(names: &[&str], times: &Times, pages: &[Page], calls: &[f64], pass: usize, lol: usize) {
    println!(
        "{:<36}{:>10}{:>14}{:>12}{:>12}{:>9}",
        "", "us/page", "host calls", "x lol_html", "/ pass", "spread"
    );
    for (number, (name, calls)) in names.iter().zip(calls).enumerate() {
        println!(
            "{name:<36}{:>10.1}{calls:>14.1}{:>11.2}x{:>12.2}{:>8.0}%",
            times.total(number) / 1e3 / pages.len() as f64,
            times.total(lol) / times.total(number),
            times.total(number) / times.total(pass),
            times.spread(number) * 100.0
        );
    }
}

/// One goal: reached, or missed by how much.
pub fn goal(what: &str, reached: f64, goal: f64, at_least: bool) {
    let met = if at_least { reached >= goal } else { reached <= goal };
    let sign = if at_least { ">=" } else { "<=" };
    println!("  {:<56}{reached:>7.2} (goal {sign} {goal:.1})  {}", what, if met { "met" } else { "MISSED" });
}
