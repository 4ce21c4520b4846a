//! GrowthBook's public cases (`shared/suites/growthbook-cases.json`) against our integers.
//!
//! The rule for its fractions: one that is a whole number of 10,000ths (within 0.01 of one) is that number; a negative
//! one is 0, because the draft's check refuses it; an equal weight may differ by one 10,000th, because ours sum to the whole.
//! A case with any other fraction, or of a hash version that does not exist, is skipped and named.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use alloc::string::String;
use alloc::vec::Vec;
use std::println;

use serde_json::Value;

use super::allocation::{Range, choose, equal_weights, in_namespace, ranges};
use super::hash::{bucket, bucket_v1};
use crate::visitor::sticky::{self, Assigned, Recalled, variant_code};

fn cases(section: &str) -> Vec<Value> {
    let name = alloc::format!("growthbook {section}");
    let Some(path) = parvis_skip::shared_or_skip(&name, "suites/growthbook-cases.json") else {
        return Vec::new();
    };
    let suite: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = suite[section].as_array().unwrap().clone();
    parvis_skip::ran(&name, cases.len());
    cases
}

/// Runs `check` on each case. `None` means that the case is outside our language; its name is printed. Returns the number
/// of cases run, or nothing if the suite is not installed.
fn run(section: &str, check: impl Fn(&Value) -> Option<bool>) -> Option<usize> {
    let cases = cases(section);
    let (mut skipped, mut wrong) = (Vec::<String>::new(), Vec::<String>::new());
    for case in &cases {
        match check(case) {
            None => skipped.push(serde_json::to_string(case).unwrap()),
            Some(false) => wrong.push(serde_json::to_string(case).unwrap()),
            Some(true) => {}
        }
    }
    println!("growthbook {section}: {} cases, {} skipped {skipped:?}", cases.len(), skipped.len());
    assert!(wrong.is_empty(), "{section}: {wrong:#?}");
    (!cases.is_empty()).then_some(skipped.len())
}

/// The fraction in 10,000ths, if it is a whole number of them.
fn parts(value: &Value) -> Option<u16> {
    let scaled = value.as_f64()?.max(0.0) * 10_000.0;
    (0..=u16::MAX).find(|whole| (f64::from(*whole) - scaled).abs() < 0.01)
}

fn range(value: &Value) -> Option<Range> {
    Some(Range { start: parts(&value[0])?, end: parts(&value[1])? })
}

fn all<T>(value: &Value, one: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(one).collect()
}

#[test]
fn hash() {
    run("hash", |case| {
        let (seed, id) = (case[0].as_str()?, case[1].as_str()?);
        let ours = match case[2].as_u64()? {
            1 => bucket_v1(seed, id) * 10,
            2 => bucket(seed, id),
            _ => return None,
        };
        Some(ours == parts(&case[3])?)
    });
}

#[test]
fn bucket_ranges() {
    run("getBucketRange", |case| {
        let count = u16::try_from(case[1][0].as_u64()?).ok()?;
        let weights = if case[1][2].is_null() { Vec::new() } else { all(&case[1][2], parts)? };
        let ours: Vec<Range> = ranges(count, &weights, parts(&case[1][1])?).collect();
        Some(ours == all(&case[2], range)?)
    });
}

#[test]
fn choose_variation() {
    run("chooseVariation", |case| {
        let place = choose(parts(&case[1])?, all(&case[2], range)?);
        Some(place.map_or(-1, |place| i64::try_from(place).unwrap()) == case[3].as_i64()?)
    });
}

#[test]
fn equal_weight_lists() {
    run("getEqualWeights", |case| {
        let count = u16::try_from(case[0].as_i64()?.max(0)).ok()?;
        let theirs = case[1].as_array()?;
        let ours: Vec<u16> = equal_weights(count).collect();
        let near = |(ours, theirs): (&u16, &Value)| {
            theirs.as_f64().is_some_and(|theirs| (f64::from(*ours) - theirs * 10_000.0).abs() < 1.0)
        };
        Some(ours.len() == theirs.len() && ours.iter().zip(theirs).all(near))
    });
}

#[test]
fn namespaces() {
    run("inNamespace", |case| {
        let (id, namespace) = (case[1].as_str()?, case[2][0].as_str()?);
        let range = Range { start: parts(&case[2][1])?, end: parts(&case[2][2])? };
        Some(in_namespace(id, namespace, range) == case[3].as_bool()?)
    });
}

/// The case in our terms: one id, one kept variant of one experiment. What rests on merging the documents of two ids, or on
/// hash version 1 for variants, is left out.
#[test]
fn sticky_buckets() {
    let left_out = run("stickyBucket", |case| {
        let attributes = &case[1]["attributes"];
        let rule = case[1]["features"].as_object()?.values().next()?["rules"][0].clone();
        let has = |key: &str| rule[key].as_str().filter(|name| attributes[*name].is_string());
        let (own, other) = (has("hashAttribute"), has("fallbackAttribute"));
        let name = own.or(other)?;
        let id = attributes[name].as_str()?;
        let of = |name: &str| {
            case[2].as_array()?.iter().find(|document| {
                document["attributeName"] == name && document["attributeValue"] == attributes[name]
            })
        };
        if rule["hashVersion"] != 2 || (of(name).is_none() && own.and(other).and_then(of).is_some()) {
            return None;
        }
        let byte = |key: &str| u8::try_from(rule[key].as_u64().unwrap_or(0)).ok();
        let (version, least) = (byte("bucketVersion")?, byte("minBucketVersion")?);
        let experiment = rule["key"].as_str()?;
        let assignments = |document: &Value| -> Vec<Assigned> {
            let all = document["assignments"].as_object().unwrap().iter();
            all.map(|(key, variant)| {
                let version =
                    key.strip_prefix(experiment).unwrap().strip_prefix("__").unwrap().parse().unwrap();
                let variant = variant_code(variant.as_str().unwrap());
                Assigned { campaign: 1, variant, version, first: version, share: 0 }
            })
            .collect()
        };
        let mut kept: Vec<Assigned> = Vec::new();
        of(name).into_iter().flat_map(&assignments).for_each(|one| sticky::keep(&mut kept, one));
        let keys: Vec<&str> =
            rule["meta"].as_array()?.iter().map(|meta| meta["key"].as_str().unwrap()).collect();
        let weights = all(&rule["weights"], parts)?;
        let count = u16::try_from(keys.len()).ok()?;
        let here = bucket(rule["seed"].as_str()?, id);
        let drawn = || choose(here, ranges(count, &weights, 10_000));
        let sticks = rule["disableStickyBucketing"] != true;
        let (place, used) = match Assigned::recall(sticky::find(&kept, 1).filter(|_| sticks), version, least)
        {
            Recalled::LeftOut => (None, false),
            Recalled::Drawn => (drawn(), false),
            Recalled::Kept(one) => (keys.iter().position(|key| variant_code(key) == one.variant), true),
        };
        if let Some(place) = place.filter(|_| sticks) {
            let variant = variant_code(keys[place]);
            sticky::keep(&mut kept, Assigned { campaign: 1, variant, version, first: version, share: 0 });
        }
        // What is kept afterwards is theirs of the version in force, and their lowest version.
        let after = assignments(&case[5][alloc::format!("{name}||{id}")]);
        let lowest = after.iter().map(|one| one.version).min()?;
        let now = after.iter().find(|one| one.version == version).or(after.first()).copied();
        let kept_alike = sticky::find(&kept, 1) == now.map(|now| Assigned { first: lowest, ..now });
        let theirs = &case[4];
        Some(
            kept_alike
                && match place {
                    None => theirs.is_null(),
                    Some(place) => {
                        theirs["variationId"].as_u64() == u64::try_from(place).ok()
                            && theirs["stickyBucketUsed"] == used
                            && parts(&theirs["bucket"]) == Some(here)
                    }
                },
        )
    });
    println!(
        "left out: what is kept under one id moved to another; hash version 1, which no variant is drawn with"
    );
    assert!(left_out.is_none_or(|count| count == 2), "{left_out:?}");
}
