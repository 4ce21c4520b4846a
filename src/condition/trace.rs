//! Traces conditions: which tests decided a result, what each found and what it asked for.
//!
//! A trace is one text, so that a page and a tool read the same, and has no sentence: those are data of whoever shows it. What
//! a signal holds is in it only if the signal was permitted and could be read.
//!
//! ```text
//! trace    := (campaign LF)*                    campaign := block US campaign US reason clue*
//! clue     := RS name US found US asks US operands US other
//! found    := "=" text | "[" text (GS text)* | "?" no value | "!" not permitted | "@" only at the edge
//! asks     := ("!"? "$elemMatch" | "!"? "$all" | "$size")* "!"? operator, spaces between; "!" is "not"
//! operands := ("=" text | "?" null | "@" signal) (GS …)*;  other := what that signal holds, as `found`
//! ```

use alloc::string::String;

use super::code::{self, Literal};
use super::eval::{Fuel, Truth, node, passes, some, sum, truth};
use super::prefilter;
use super::reading::{Reading, SignalReader, Value};
use crate::base::text::push_integer;
use crate::limits;
use crate::signal::registry::Signal;

/// Between the fields of a campaign and of a clue.
pub const FIELD: char = '\u{1f}';
/// In front of each clue.
pub const CLUE: char = '\u{1e}';
/// Between the elements of a field.
pub const ELEMENT: char = '\u{1d}';

/// A trace that is being written.
#[derive(Debug, Default)]
pub struct Trace {
    text: String,
}

impl Trace {
    /// The text.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Begins a campaign; its clues follow.
    pub(crate) fn campaign(&mut self, block: &str, campaign: &str, reason: &str) {
        self.push(block);
        self.field(campaign);
        self.field(reason);
    }

    /// Ends a campaign.
    pub(crate) fn end(&mut self) {
        self.text.push('\n');
    }

    /// A clue that is no test of a condition: what was found under a name, and what was asked of it.
    pub(crate) fn fact(&mut self, name: &str, found: Reading<'_>, asks: &str, operand: Option<&str>) {
        self.text.push(CLUE);
        self.push(name);
        self.found(found);
        self.field(asks);
        self.field("");
        if let Some(operand) = operand {
            self.text.push('=');
            self.push(operand);
        }
        self.field("");
    }

    fn field(&mut self, text: &str) {
        self.text.push(FIELD);
        self.push(text);
    }

    /// No value can end a field: control characters, which no value needs, are left out.
    fn push(&mut self, text: &str) {
        self.text.extend(text.chars().filter(|sign| *sign >= ' '));
    }

    fn found(&mut self, found: Reading<'_>) {
        self.text.push(FIELD);
        match found {
            Reading::Known(Value::Text(text)) => {
                self.text.push('=');
                self.push(text);
            }
            Reading::Known(Value::Number(number)) => {
                self.text.push('=');
                push_integer(&mut self.text, number);
            }
            Reading::Known(Value::Flag(flag)) => self.text.push_str(if flag { "=true" } else { "=false" }),
            Reading::Known(Value::List(texts)) => {
                self.text.push('[');
                let mut index = 0;
                while let Some(text) = texts.text(index) {
                    if index > 0 {
                        self.text.push(ELEMENT);
                    }
                    self.push(text);
                    index = index.saturating_add(1);
                }
            }
            Reading::Missing => self.text.push('?'),
            Reading::NotPermitted => self.text.push('!'),
            Reading::EdgeOnly => self.text.push('@'),
        }
    }

    /// Writes the literals of `operands`; gives back the signal that is among them.
    fn operands(&mut self, mut operands: &[u8]) -> Option<Option<Signal>> {
        let mut other = None;
        let mut is_first = true;
        while !operands.is_empty() {
            if !is_first {
                self.text.push(ELEMENT);
            }
            is_first = false;
            match code::literal(&mut operands)? {
                Literal::Null => self.text.push('?'),
                Literal::Flag(flag) => self.text.push_str(if flag { "=true" } else { "=false" }),
                Literal::Text(text) => {
                    self.text.push('=');
                    self.push(core::str::from_utf8(text).unwrap_or_default());
                }
                Literal::Number(thousandths) => {
                    self.text.push('=');
                    self.number(thousandths);
                }
                Literal::List(literals) => other = self.operands(literals)?,
                Literal::Signal(signal) => {
                    self.text.push('@');
                    self.push(signal.entry().name);
                    other = Some(signal);
                }
            }
        }
        Some(other)
    }

    fn number(&mut self, thousandths: i64) {
        if thousandths < 0 {
            self.text.push('-');
        }
        let (whole, mut rest) = (thousandths.unsigned_abs() / 1000, thousandths.unsigned_abs() % 1000);
        push_integer(&mut self.text, i64::try_from(whole).unwrap_or(i64::MAX));
        if rest > 0 {
            self.text.push('.');
        }
        while rest > 0 {
            push_integer(&mut self.text, i64::try_from(rest / 100).unwrap_or(0));
            rest = rest % 100 * 10;
        }
    }
}

/// Writes what decided `condition`: of one that holds every test, of one that does not the first that failed, and of one that is
/// not known the first that is not; where several had to fail together, all of them.
pub(crate) fn write<S: SignalReader + ?Sized>(
    condition: &[u8],
    signals: &S,
    trace: &mut Trace,
) -> Option<()> {
    Tracer { signals, trace }.nodes(prefilter::nodes(condition), false, false)
}

struct Tracer<'a, S: ?Sized> {
    signals: &'a S,
    trace: &'a mut Trace,
}

/// Whether a part with this result decided the `whole`, and whether it alone did.
fn decides(part: Truth, whole: Truth, settled: bool) -> (bool, bool) {
    let alone = whole == truth(settled) || matches!(whole, Truth::Unknown(_));
    (!alone || part == whole, alone)
}

impl<S: SignalReader + ?Sized> Tracer<'_, S> {
    fn nodes(&mut self, mut code: &[u8], settled: bool, negated: bool) -> Option<()> {
        let whole = sum(code, self.signals, &mut Fuel::new(), limits::CONDITION_DEPTH, settled)?;
        while !code.is_empty() {
            let mut rest = code;
            let part = node(&mut rest, self.signals, &mut Fuel::new(), limits::CONDITION_DEPTH)?;
            let (is_one, alone) = decides(part, whole, settled);
            if is_one {
                self.node(code, negated)?;
                if alone {
                    break;
                }
            }
            code = rest;
        }
        Some(())
    }

    fn node(&mut self, mut code: &[u8], negated: bool) -> Option<()> {
        match code::byte(&mut code)? {
            code::AND => self.nodes(code::body(&mut code)?, false, negated),
            code::OR => self.nodes(code::body(&mut code)?, true, negated),
            code::NOT => self.nodes(code::body(&mut code)?, false, !negated),
            _ => {
                let signal = Signal::from_code(code::byte(&mut code)?)?;
                let tests = code::body(&mut code)?;
                match self.signals.read(signal) {
                    Reading::Known(value) => self.tests(signal, tests, Some(value), negated, ""),
                    Reading::Missing => self.tests(signal, tests, None, negated, ""),
                    _ => self.clue(signal, tests, negated, ""),
                }
            }
        }
    }

    fn tests(
        &mut self,
        signal: Signal,
        mut code: &[u8],
        value: Option<Value<'_>>,
        negated: bool,
        within: &str,
    ) -> Option<()> {
        let depth = limits::CONDITION_DEPTH;
        let whole = passes(code, &value, self.signals, &mut Fuel::new(), depth)?;
        while !code.is_empty() {
            let mut rest = code;
            let part = super::eval::test(&mut rest, &value, self.signals, &mut Fuel::new(), depth)?;
            let (is_one, alone) = decides(part, whole, false);
            if is_one {
                self.test(signal, code, value, negated, within)?;
                if alone {
                    break;
                }
            }
            code = rest;
        }
        Some(())
    }

    fn test(
        &mut self,
        signal: Signal,
        code: &[u8],
        value: Option<Value<'_>>,
        negated: bool,
        within: &str,
    ) -> Option<()> {
        let mut body = code;
        match code::byte(&mut body)? {
            code::FAILS => self.tests(signal, code::body(&mut body)?, value, !negated, within),
            code::COUNT => {
                let count = match value {
                    Some(Value::List(texts)) => i64::try_from(texts.count()).ok().map(Value::Number),
                    _ => None,
                };
                self.tests(signal, code::body(&mut body)?, count, negated, "$size ")
            }
            code::EVERY => {
                let mut groups = code::body(&mut body)?;
                let mut last = None;
                while !groups.is_empty() {
                    code::byte(&mut groups)?;
                    let tests = code::body(&mut groups)?;
                    last = Some(tests);
                    let holds = some(tests, &value, self.signals, &mut Fuel::new(), limits::CONDITION_DEPTH)?;
                    if holds != Truth::True {
                        break;
                    }
                }
                self.clue(signal, last.unwrap_or_default(), false, if negated { "!$all " } else { "$all " })
            }
            code::SOME => {
                let within = if negated { "!$elemMatch " } else { "$elemMatch " };
                self.clue(signal, code::body(&mut body)?, false, within)
            }
            _ => self.clue(signal, code, negated, within),
        }
    }

    /// Writes the first of these tests.
    fn clue(&mut self, signal: Signal, mut tests: &[u8], negated: bool, within: &str) -> Option<()> {
        let kind = if tests.is_empty() { code::EXISTS } else { code::byte(&mut tests)? };
        let (name, opposite) = match kind {
            code::IS | code::EQ => ("$eq", false),
            code::NE => ("$eq", true),
            code::LT => ("$lt", false),
            code::LTE => ("$lte", false),
            code::GT => ("$gt", false),
            code::GTE => ("$gte", false),
            code::EXISTS => ("$exists", tests.first() == Some(&0)),
            code::IN => ("$in", false),
            code::NOT_IN => ("$in", true),
            code::IN_FOLD => ("$ini", false),
            code::NOT_IN_FOLD => ("$ini", true),
            // What is nested deeper is named by its first test.
            code::FAILS => return self.clue(signal, code::body(&mut tests)?, !negated, within),
            code::COUNT => return self.clue(signal, code::body(&mut tests)?, negated, "$size "),
            code::SOME => return self.clue(signal, code::body(&mut tests)?, negated, "$elemMatch "),
            code::EVERY => {
                let mut groups = code::body(&mut tests)?;
                code::byte(&mut groups);
                return self.clue(signal, code::body(&mut groups).unwrap_or_default(), negated, "$all ");
            }
            _ => return None,
        };
        self.trace.text.push(CLUE);
        self.trace.push(signal.entry().name);
        self.trace.found(self.signals.read(signal));
        self.trace.field(within);
        self.trace.push(if negated == opposite { "" } else { "!" });
        self.trace.push(name);
        self.trace.field("");
        let other = match kind {
            code::EXISTS => None,
            code::IS..=code::GTE => {
                let mut rest = tests;
                code::literal(&mut rest)?;
                let length = tests.len().checked_sub(rest.len())?;
                self.trace.operands(tests.get(..length)?)?
            }
            _ => self.trace.operands(code::body(&mut tests)?)?,
        };
        match other {
            Some(other) => self.trace.found(self.signals.read(other)),
            None => self.trace.field(""),
        }
        Some(())
    }
}
