//! Evaluates compiled conditions: three-valued, with bounds on steps and depth, without allocating.
//!
//! Evaluation stops at the first part that decides the result, which is the same as without stopping: one false part
//! makes `$and` false however many others are unknown.

use super::code::{self, Literal};
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
pub(super) fn sum<S: SignalReader + ?Sized>(
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

pub(super) const fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

const fn not(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        other => other,
    }
}

fn join(sum: Truth, cause: Cause) -> Truth {
    match sum {
        Truth::Unknown(other) => Truth::Unknown(other.max(cause)),
        _ => Truth::Unknown(cause),
    }
}

pub(super) fn node<S: SignalReader + ?Sized>(
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
        return passes(tests, &value, signals, fuel, depth);
    }
    match kind {
        code::AND => sum(code::body(code)?, signals, fuel, depth, false),
        code::OR => {
            let nodes = code::body(code)?;
            // `$or` of no nodes is true, as in GrowthBook.
            if nodes.is_empty() { Some(Truth::True) } else { sum(nodes, signals, fuel, depth, true) }
        }
        code::NOT => Some(not(sum(code::body(code)?, signals, fuel, depth, false)?)),
        _ => None,
    }
}

/// Whether all tests hold for `value`; `None` if the code is faulty.
///
/// Tests are unknown only through another signal that they compare with; one that fails decides all the same.
pub(super) fn passes<S: SignalReader + ?Sized>(
    mut tests: &[u8],
    value: &Operand<'_>,
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
) -> Option<Truth> {
    let mut all = Truth::True;
    while !tests.is_empty() {
        match test(&mut tests, value, signals, fuel, depth)? {
            Truth::True => {}
            Truth::Unknown(cause) => all = join(all, cause),
            failed => return Some(failed),
        }
    }
    Some(all)
}

pub(super) fn test<S: SignalReader + ?Sized>(
    tests: &mut &[u8],
    value: &Operand<'_>,
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
) -> Option<Truth> {
    let depth = depth.checked_sub(1)?;
    fuel.spend(1)?;
    let kind = code::byte(tests)?;
    Some(match kind {
        code::IS..=code::GTE => match operand(code::literal(tests)?, value, signals) {
            Ok(literal) => truth(compares(kind, value, literal)?),
            Err(cause) => Truth::Unknown(cause),
        },
        code::EXISTS => truth(value.is_some() == (code::byte(tests)? != 0)),
        code::IN => among(code::body(tests)?, value, false, signals, fuel)?,
        code::NOT_IN => not(among(code::body(tests)?, value, false, signals, fuel)?),
        code::IN_FOLD => among(code::body(tests)?, value, true, signals, fuel)?,
        code::NOT_IN_FOLD => not(among(code::body(tests)?, value, true, signals, fuel)?),
        code::FAILS => not(passes(code::body(tests)?, value, signals, fuel, depth)?),
        code::SOME => some(code::body(tests)?, value, signals, fuel, depth)?,
        code::EVERY => every(code::body(tests)?, value, signals, fuel, depth)?,
        code::COUNT => {
            let tests = code::body(tests)?;
            match value {
                Some(Value::List(texts)) => {
                    let count = i64::try_from(texts.count()).ok()?;
                    passes(tests, &Some(Value::Number(count)), signals, fuel, depth)?
                }
                _ => Truth::False,
            }
        }
        _ => return None,
    })
}

/// What a test compares `value` with. If it is another signal and either has no value, nothing is equal or in order.
fn operand<'a, S: SignalReader + ?Sized>(
    literal: Literal<'a>,
    value: &Operand<'_>,
    signals: &'a S,
) -> Result<Literal<'a>, Cause> {
    let Literal::Signal(other) = literal else { return Ok(literal) };
    Ok(match known(signals, other)? {
        Some(other) if value.is_some() => compare::literal(other),
        _ => compare::NOTHING,
    })
}

/// The value of a signal, if it has one.
fn known<S: SignalReader + ?Sized>(signals: &S, signal: Signal) -> Result<Operand<'_>, Cause> {
    match signals.read(signal) {
        Reading::Known(value) => Ok(Some(value)),
        Reading::Missing => Ok(None),
        Reading::NotPermitted => Err(Cause::NotPermitted),
        Reading::EdgeOnly => Err(Cause::EdgeOnly),
    }
}

fn compares(kind: u8, value: &Operand<'_>, literal: Literal<'_>) -> Option<bool> {
    Some(match kind {
        code::IS => compare::is(value, literal)?,
        code::EQ => compare::same(value, literal),
        code::NE => !compare::same(value, literal),
        _ => compare::order(value, literal).is_some_and(|order| match kind {
            code::LT => order.is_lt(),
            code::LTE => order.is_le(),
            code::GT => order.is_gt(),
            _ => order.is_ge(),
        }),
    })
}

fn among<S: SignalReader + ?Sized>(
    literals: &[u8],
    value: &Operand<'_>,
    folded: bool,
    signals: &S,
    fuel: &mut Fuel,
) -> Option<Truth> {
    if let [code::SIGNAL, other] = literals {
        fuel.spend(if matches!(value, Some(Value::List(_))) { limits::LIST_ELEMENTS } else { 0 })?;
        return Some(match known(signals, Signal::from_code(*other)?) {
            Ok(other) => truth(meets(value, &other, folded)),
            Err(cause) => Truth::Unknown(cause),
        });
    }
    if let Some(Value::List(texts)) = value {
        let mut index = 0;
        while let Some(text) = texts.text(index) {
            if contains(literals, &Some(Value::Text(text)), folded, fuel)? {
                return Some(Truth::True);
            }
            index = index.checked_add(1)?;
        }
        return Some(Truth::False);
    }
    contains(literals, value, folded, fuel).map(truth)
}

/// Whether a text of `value` is one of `other`; what has no value has none.
fn meets(value: &Operand<'_>, other: &Operand<'_>, folded: bool) -> bool {
    let (Some(value), Some(other)) = (value, other) else { return false };
    let mut texts = (0..).map_while(|index| compare::element(value, index));
    texts.any(|text| {
        let text = Some(Value::Text(text));
        let mut others = (0..).map_while(|index| compare::element(other, index));
        others.any(|other| {
            let other = Literal::Text(other.as_bytes());
            compare::same(&text, other) || folded && compare::same_folded(&text, other)
        })
    })
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

pub(super) fn some<S: SignalReader + ?Sized>(
    tests: &[u8],
    value: &Operand<'_>,
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
) -> Option<Truth> {
    let Some(Value::List(texts)) = value else { return Some(Truth::False) };
    let mut any = Truth::False;
    let mut index = 0;
    while let Some(text) = texts.text(index) {
        match passes(tests, &Some(Value::Text(text)), signals, fuel, depth)? {
            Truth::False => {}
            Truth::Unknown(cause) => any = join(any, cause),
            found => return Some(found),
        }
        index = index.checked_add(1)?;
    }
    Some(any)
}

fn every<S: SignalReader + ?Sized>(
    mut groups: &[u8],
    value: &Operand<'_>,
    signals: &S,
    fuel: &mut Fuel,
    depth: u32,
) -> Option<Truth> {
    if !matches!(value, Some(Value::List(_))) {
        return Some(Truth::False);
    }
    let mut all = Truth::True;
    while !groups.is_empty() {
        if code::byte(&mut groups)? != code::GROUP {
            return None;
        }
        match some(code::body(&mut groups)?, value, signals, fuel, depth)? {
            Truth::True => {}
            Truth::Unknown(cause) => all = join(all, cause),
            failed => return Some(failed),
        }
    }
    Some(all)
}
