//! Evaluates compiled conditions: three-valued, with bounds on steps and depth, without allocating.
//!
//! Evaluation stops at the first part that decides the result, which is the same as without stopping: one false part
//! makes `$and` false however many others are unknown.

use core::cmp::Ordering;

use super::code;
use super::compare::{self, Operand};
use super::prefilter;
use super::reading::{Reading, SignalReader, Value};
use crate::limits;
use crate::signal::registry::Signal;

/// The result of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on a signal that could not be read; neither it nor its opposite matches.
    Unknown(Cause),
    /// The code is damaged, too deep, or took more steps than allowed.
    Faulty,
}

/// The cause of an unknown result; of two causes the one listed later is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// It reads a signal that only another host can read.
    EdgeOnly,
    /// It reads a signal that the visitor did not permit.
    NotPermitted,
}

/// The steps left for the current campaign and for the whole request.
#[derive(Clone, Copy, Debug)]
pub struct Fuel {
    /// Steps left for the campaign: the smaller of its own and the request's.
    tank: u32,
    /// Steps at the last [`Fuel::refill`].
    filled: u32,
    /// Steps left for the request at that time.
    request: u32,
}

impl Fuel {
    /// The full number of steps for one request.
    #[must_use]
    pub const fn new() -> Self {
        Fuel {
            tank: limits::CONDITION_STEPS,
            filled: limits::CONDITION_STEPS,
            request: limits::REQUEST_STEPS,
        }
    }

    /// Resets the steps for the next campaign, as far as the request has any; all its conditions share them.
    pub const fn refill(&mut self) {
        self.request = self.request.saturating_sub(self.filled.saturating_sub(self.tank));
        self.filled = limits::CONDITION_STEPS;
        if self.filled > self.request {
            self.filled = self.request;
        }
        self.tank = self.filled;
    }

    #[inline]
    fn spend(&mut self, steps: u32) -> Option<()> {
        self.tank = self.tank.checked_sub(steps)?;
        Some(())
    }
}

const _: () = assert!(limits::CONDITION_STEPS <= limits::REQUEST_STEPS, "a campaign's steps are a request's");

impl Default for Fuel {
    fn default() -> Self {
        Fuel::new()
    }
}

/// Evaluates the condition `code` with these signals; empty code is true.
pub fn eval<S: SignalReader + ?Sized>(code: &[u8], signals: &S, fuel: &mut Fuel) -> Truth {
    match prefilter::pass(code, signals) {
        None => Truth::False,
        Some(code) => sum(code, signals, fuel, limits::CONDITION_DEPTH, false).unwrap_or(Truth::Faulty),
    }
}

/// Additional steps for a body of `bytes` literals: one per 256 bytes.
pub(crate) fn scan_steps(bytes: usize) -> u32 {
    u32::try_from(bytes / 256).unwrap_or(u32::MAX)
}

/// Combines nodes: `settled` as soon as one node has that result, else the opposite, unless one is unknown.
fn sum<S: SignalReader + ?Sized>(
    mut code: &[u8],
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
    settled: bool,
) -> Option<Truth> {
    let mut sum = truth(!settled);
    while !code.is_empty() {
        match node(&mut code, signals, fuel, depth)? {
            Truth::Unknown(cause) => sum = join(sum, cause),
            found if found == truth(settled) => return Some(found),
            _ => {}
        }
    }
    Some(sum)
}

const fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn join(sum: Truth, cause: Cause) -> Truth {
    match sum {
        Truth::Unknown(other) => Truth::Unknown(other.max(cause)),
        _ => Truth::Unknown(cause),
    }
}

fn node<S: SignalReader + ?Sized>(
    code: &mut &[u8],
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
) -> Option<Truth> {
    let depth = depth.checked_sub(1)?;
    fuel.spend(1)?;
    let kind = code::byte(code)?;
    // Most nodes are of this kind, and a branch is predicted better than a jump table.
    if kind == code::FIELD {
        let signal = Signal::from_code(code::byte(code)?)?;
        let tests = code::body(code)?;
        let value = match signals.read(signal) {
            // By far the most frequent test has its own path.
            Reading::Known(Value::Text(text)) if let Some(literal) = code::only_text(tests) => {
                depth.checked_sub(1)?;
                fuel.spend(1)?;
                return Some(truth(compare::equal(text.as_bytes(), literal)));
            }
            Reading::Known(value) => Some(value),
            Reading::Missing => None,
            Reading::NotPermitted => return Some(Truth::Unknown(Cause::NotPermitted)),
            Reading::EdgeOnly => return Some(Truth::Unknown(Cause::EdgeOnly)),
        };
        return Some(truth(passes(tests, &value, fuel, depth)?));
    }
    match kind {
        code::AND => sum(code::body(code)?, signals, fuel, depth, false),
        code::OR => {
            let nodes = code::body(code)?;
            // `$or` of no nodes is true, as in GrowthBook.
            if nodes.is_empty() { Some(Truth::True) } else { sum(nodes, signals, fuel, depth, true) }
        }
        code::NOT => Some(match sum(code::body(code)?, signals, fuel, depth, false)? {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            other => other,
        }),
        _ => None,
    }
}

/// Whether all tests hold for `value`; `None` if the code is faulty.
fn passes(mut tests: &[u8], value: &Operand<'_>, fuel: &mut Fuel, depth: u32) -> Option<bool> {
    while !tests.is_empty() {
        if !test(&mut tests, value, fuel, depth)? {
            return Some(false);
        }
    }
    Some(true)
}

fn test(tests: &mut &[u8], value: &Operand<'_>, fuel: &mut Fuel, depth: u32) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    fuel.spend(1)?;
    Some(match code::byte(tests)? {
        code::IS => compare::is(value, code::literal(tests)?)?,
        code::EQ => compare::same(value, code::literal(tests)?),
        code::NE => !compare::same(value, code::literal(tests)?),
        code::LT => compare::order(value, code::literal(tests)?) == Some(Ordering::Less),
        code::LTE => {
            matches!(compare::order(value, code::literal(tests)?), Some(Ordering::Less | Ordering::Equal))
        }
        code::GT => compare::order(value, code::literal(tests)?) == Some(Ordering::Greater),
        code::GTE => {
            matches!(compare::order(value, code::literal(tests)?), Some(Ordering::Greater | Ordering::Equal))
        }
        code::EXISTS => value.is_some() == (code::byte(tests)? != 0),
        code::IN => among(code::body(tests)?, value, false, fuel)?,
        code::NOT_IN => !among(code::body(tests)?, value, false, fuel)?,
        code::IN_FOLD => among(code::body(tests)?, value, true, fuel)?,
        code::NOT_IN_FOLD => !among(code::body(tests)?, value, true, fuel)?,
        code::FAILS => !passes(code::body(tests)?, value, fuel, depth)?,
        code::SOME => some(code::body(tests)?, value, fuel, depth)?,
        code::EVERY => every(code::body(tests)?, value, fuel, depth)?,
        code::COUNT => {
            let tests = code::body(tests)?;
            match value {
                Some(Value::List(texts)) => {
                    let count = i64::try_from(texts.count()).ok()?;
                    passes(tests, &Some(Value::Number(count)), fuel, depth)?
                }
                _ => false,
            }
        }
        _ => return None,
    })
}

fn among(literals: &[u8], value: &Operand<'_>, folded: bool, fuel: &mut Fuel) -> Option<bool> {
    if let Some(Value::List(texts)) = value {
        let mut index = 0;
        while let Some(text) = texts.text(index) {
            if contains(literals, &Some(Value::Text(text)), folded, fuel)? {
                return Some(true);
            }
            index = index.checked_add(1)?;
        }
        return Some(false);
    }
    contains(literals, value, folded, fuel)
}

fn contains(mut literals: &[u8], value: &Operand<'_>, folded: bool, fuel: &mut Fuel) -> Option<bool> {
    fuel.spend(scan_steps(literals.len()))?;
    if let (Some(Value::Text(text)), false) = (value, folded) {
        // Text in a list of texts, by far the most frequent, without decoding each literal.
        while let Some((literal, rest)) = code::split_text(literals) {
            if compare::equal(text.as_bytes(), literal) {
                return Some(true);
            }
            literals = rest;
        }
    }
    while !literals.is_empty() {
        let literal = code::literal(&mut literals)?;
        if compare::same(value, literal) || folded && compare::same_folded(value, literal) {
            return Some(true);
        }
    }
    Some(false)
}

fn some(tests: &[u8], value: &Operand<'_>, fuel: &mut Fuel, depth: u32) -> Option<bool> {
    let Some(Value::List(texts)) = value else { return Some(false) };
    let mut index = 0;
    while let Some(text) = texts.text(index) {
        if passes(tests, &Some(Value::Text(text)), fuel, depth)? {
            return Some(true);
        }
        index = index.checked_add(1)?;
    }
    Some(false)
}

fn every(mut groups: &[u8], value: &Operand<'_>, fuel: &mut Fuel, depth: u32) -> Option<bool> {
    if !matches!(value, Some(Value::List(_))) {
        return Some(false);
    }
    while !groups.is_empty() {
        if code::byte(&mut groups)? != code::GROUP {
            return None;
        }
        if !some(code::body(&mut groups)?, value, fuel, depth)? {
            return Some(false);
        }
    }
    Some(true)
}
