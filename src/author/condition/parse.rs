//! Parses conditions: JSON of a draft to the byte code of [`crate::condition::eval()`], with every problem at once.
//!
//! The language is GrowthBook's, without regular expressions, versions, `$type` and saved groups. An operand for which
//! GrowthBook returns `false` because it makes no sense (an unknown operator, `$in` without a list) is a problem here.
//! Depth and worst-case steps are bounded, so that a valid condition never runs out of steps by itself.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::operand;
use super::prefilter_compile::guarded;
use crate::condition::{code, compare, eval};
use crate::limits;
use crate::signal::registry::{Signal, Type};

/// A compiled condition.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Its code.
    pub code: Vec<u8>,
    /// The signals it reads.
    pub signals: BTreeSet<Signal>,
    /// The maximum number of steps.
    pub steps: u32,
    /// The texts it compares signals with, and their positions.
    pub texts: Vec<Compared>,
}

/// A text that a condition compares a signal with.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The signal.
    pub signal: Signal,
    /// The text.
    pub text: String,
    /// The position, as a JSON pointer below the condition.
    pub pointer: String,
    /// Whether it is compared without regard to case.
    pub folded: bool,
}

/// A condition with problems.
#[derive(Clone, Debug, Default)]
pub struct Refused {
    /// Every problem, in the order of the text.
    pub problems: Vec<Problem>,
    /// The texts it compares signals with, as far as it could be parsed.
    pub texts: Vec<Compared>,
}

/// A problem of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The position, as a JSON pointer below the condition.
    pub pointer: String,
    /// Whether the problem is the key there, not its value.
    pub on_key: bool,
    /// The stable code of the diagnostic.
    pub code: &'static str,
    /// The problem.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Resolves a name in a condition to a signal; if it returns a type, operands are checked against it.
pub type Resolve<'r> = &'r dyn Fn(&str) -> Option<(Signal, Option<Type>)>;

/// What an audience may say beside its signals: whether whoever is for it is sensitive.
pub const LABEL: &str = "sensitive";

/// Every operator of the language.
pub const OPERATORS: [&str; 18] = [
    "$and",
    "$or",
    "$nor",
    "$not",
    "$eq",
    "$ne",
    "$gt",
    "$gte",
    "$lt",
    "$lte",
    "$in",
    "$nin",
    "$ini",
    "$nini",
    "$exists",
    "$elemMatch",
    "$all",
    "$size",
];

/// Operators of other languages of conditions that are like MongoDB's, of which the nearest name here means something else.
const FOREIGN: [(&[&str], &str); 4] = [
    (
        &["$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"],
        "versions are not compared: `1.10` is below `1.9` as a text and as a number",
    ),
    (
        &["$regex", "$regexi", "$notRegex", "$notRegexi", "$options", "$like"],
        "patterns are not matched: `$in` takes a list of whole texts",
    ),
    (
        &["$type"],
        "every signal has one type, which `parvis signals` lists; `$exists` asks whether it is known",
    ),
    (&["$inGroup", "$notInGroup"], "there are no saved groups: an `audience` is a condition with a name"),
];

/// Parses `condition`; names are signals of the registry. [`LABEL`] beside them is passed over.
///
/// # Errors
/// Every problem found, in the order of the text.
pub fn parse(condition: &Json) -> Result<Parsed, Refused> {
    let mut condition = condition.clone();
    // A label beside the signals is not one of them.
    if let Json::Object(members) = &mut condition
        && members.get(LABEL).is_some_and(Json::is_boolean)
    {
        members.shift_remove(LABEL);
    }
    parse_with(&condition, &|name| Signal::from_name(name).map(|signal| (signal, Some(signal.entry().kind))))
}

/// Parses `condition` with names resolved by the caller.
///
/// # Errors
/// Every problem found, in the order of the text.
pub fn parse_with(condition: &Json, resolve: Resolve<'_>) -> Result<Parsed, Refused> {
    let mut parser = Parser {
        parsed: Parsed::default(),
        problems: Vec::new(),
        resolve,
        pointer: String::new(),
        deep: false,
        folded: false,
    };
    let steps = parser.condition(condition, 1);
    parser.parsed.steps = steps;
    if steps > limits::CONDITION_STEPS && parser.problems.is_empty() {
        parser.problem(
            "condition-too-long",
            format!("the condition takes up to {steps} steps, more than {}", limits::CONDITION_STEPS),
            "split the campaign, or test fewer things with `$elemMatch` and `$all`",
        );
    }
    if parser.problems.is_empty() {
        parser.parsed.code = guarded(parser.parsed.code);
        Ok(parser.parsed)
    } else {
        Err(Refused { problems: parser.problems, texts: parser.parsed.texts })
    }
}

pub(super) struct Parser<'r> {
    pub(super) parsed: Parsed,
    problems: Vec<Problem>,
    pub(super) resolve: Resolve<'r>,
    pointer: String,
    deep: bool,
    /// Whether the current texts are compared without regard to case.
    folded: bool,
}

/// What is known of the tested operand.
#[derive(Clone, Copy)]
pub(super) struct Tested {
    pub(super) signal: Signal,
    pub(super) kind: Option<Type>,
}

impl Parser<'_> {
    /// Appends one node for each member of `condition`; returns their total steps.
    fn condition(&mut self, condition: &Json, level: u32) -> u32 {
        let Some(members) = condition.as_object() else {
            self.problem(
                "bad-operand",
                format!("a condition is an object, not {}", kind_of(condition)),
                "write `{\"signal\": value}`",
            );
            return 0;
        };
        self.depth(level);
        members.iter().fold(0, |steps: u32, (key, value)| {
            steps.saturating_add(self.within(key, |parser| parser.member(key, value, level)))
        })
    }

    fn member(&mut self, key: &str, value: &Json, level: u32) -> u32 {
        let inner = level.saturating_add(1);
        match key {
            "$and" => self.composite(code::AND, |parser| parser.children(value, inner)),
            "$or" => self.composite(code::OR, |parser| parser.children(value, inner)),
            "$nor" => self.composite(code::NOT, |parser| {
                parser.composite(code::OR, |parser| parser.children(value, inner.saturating_add(1)))
            }),
            "$not" => self.composite(code::NOT, |parser| parser.condition(value, inner)),
            name => match (self.resolve)(name) {
                Some((signal, kind)) => {
                    self.parsed.signals.insert(signal);
                    self.parsed.code.extend_from_slice(&[code::FIELD, signal.code()]);
                    let steps = self.sized(|parser| parser.tests(value, Tested { signal, kind }, inner));
                    steps.saturating_add(1)
                }
                None if name.starts_with('$') => self.unknown_operator(name),
                None => {
                    let help = operand::meant(name);
                    self.key_problem("unknown-signal", format!("there is no signal `{name}`"), &help);
                    0
                }
            },
        }
    }

    fn children(&mut self, list: &Json, level: u32) -> u32 {
        let Some(children) = list.as_array() else {
            self.problem(
                "bad-operand",
                format!("a list of conditions belongs here, not {}", kind_of(list)),
                "write `[{…}, {…}]`",
            );
            return 0;
        };
        children.iter().enumerate().fold(0, |steps: u32, (index, child)| {
            let step = self.within(&index.to_string(), |parser| match child.as_object().map(Map::len) {
                Some(1) => parser.condition(child, level),
                _ => parser.composite(code::AND, |parser| parser.condition(child, level.saturating_add(1))),
            });
            steps.saturating_add(step)
        })
    }

    /// Appends the tests of `value`; returns their total steps.
    fn tests(&mut self, value: &Json, tested: Tested, level: u32) -> u32 {
        self.depth(level);
        let Some(members) = value.as_object() else {
            if value.is_array() && tested.kind.is_some_and(|kind| kind != Type::List) {
                self.mismatch(tested, value, "to test for one of several values write `{\"$in\": […]}`");
            }
            return self.literal_test(code::IS, value, tested);
        };
        if members.is_empty() {
            self.problem(
                "bad-operand",
                "an empty object tests nothing".to_string(),
                "write a value, or `{\"$eq\": value}`",
            );
        }
        members.iter().fold(0, |steps: u32, (key, value)| {
            steps.saturating_add(self.within(key, |parser| parser.test(key, value, tested, level)))
        })
    }

    fn test(&mut self, operator: &str, value: &Json, tested: Tested, level: u32) -> u32 {
        if let Some(members) = operand::reference(value).filter(|_| tested.kind.is_some()) {
            return self.compared(operator, members, tested);
        }
        let inner = level.saturating_add(1);
        let element = Tested { kind: tested.kind.map(|_| Type::Text), ..tested };
        match operator {
            "$eq" => self.literal_test(code::EQ, value, tested),
            "$ne" => self.literal_test(code::NE, value, tested),
            "$lt" => self.ordered(code::LT, value, tested),
            "$lte" => self.ordered(code::LTE, value, tested),
            "$gt" => self.ordered(code::GT, value, tested),
            "$gte" => self.ordered(code::GTE, value, tested),
            "$in" => self.among(code::IN, value, tested),
            "$nin" => self.among(code::NOT_IN, value, tested),
            "$ini" => self.among(code::IN_FOLD, value, tested),
            "$nini" => self.among(code::NOT_IN_FOLD, value, tested),
            "$exists" => {
                match value.as_bool() {
                    Some(exists) => self.parsed.code.extend_from_slice(&[code::EXISTS, u8::from(exists)]),
                    None => self.problem(
                        "bad-operand",
                        format!("`$exists` takes true or false, not {}", kind_of(value)),
                        "write `{\"$exists\": true}`",
                    ),
                }
                1
            }
            "$not" => self.composite(code::FAILS, |parser| parser.tests(value, tested, inner)),
            "$elemMatch" => {
                self.needs_list(operator, tested);
                if !value.is_object() {
                    self.problem(
                        "bad-operand",
                        "`$elemMatch` takes an object".to_string(),
                        "write `{\"$eq\": value}`",
                    );
                }
                let steps = self.composite(code::SOME, |parser| parser.tests(value, element, inner));
                steps.saturating_mul(limits::LIST_ELEMENTS)
            }
            "$all" => {
                self.needs_list(operator, tested);
                let Some(list) = value.as_array() else { return self.list_missing(operator, value) };
                let steps = self.composite(code::EVERY, |parser| {
                    list.iter().enumerate().fold(0, |steps: u32, (index, value)| {
                        let step = parser.within(&index.to_string(), |parser| {
                            parser.parsed.code.push(code::GROUP);
                            parser.sized(|parser| parser.tests(value, element, inner))
                        });
                        steps.saturating_add(step)
                    })
                });
                steps.saturating_mul(limits::LIST_ELEMENTS)
            }
            "$size" => {
                self.needs_list(operator, tested);
                let count = Tested { kind: Some(Type::Number), ..tested };
                self.composite(code::COUNT, |parser| parser.tests(value, count, inner))
            }
            name if name.starts_with('$') => self.unknown_operator(name),
            name => {
                self.key_problem(
                    "bad-operand",
                    format!("`{name}` stands where an operator belongs"),
                    match name {
                        operand::KEY => "write `{\"$eq\": {\"signal\": …}}`, or another operator",
                        _ => "operators begin with `$`, as in `{\"$in\": […]}`",
                    },
                );
                0
            }
        }
    }

    fn ordered(&mut self, operator: u8, value: &Json, tested: Tested) -> u32 {
        if !(value.is_number() || value.is_string()) {
            self.problem(
                "bad-operand",
                format!("greater and less need a number or a text, not {}", kind_of(value)),
                "write a number",
            );
            return 1;
        }
        self.literal_test(operator, value, tested)
    }

    fn literal_test(&mut self, operator: u8, value: &Json, tested: Tested) -> u32 {
        let fits = match tested.kind {
            _ if value.is_null() => true,
            None => true,
            Some(Type::Text) => value.is_string(),
            Some(Type::Number) => value.is_number(),
            Some(Type::List) => value.is_array() && operator == code::IS,
        };
        if !(fits || value.is_array() && operator == code::IS) {
            self.mismatch(
                tested,
                value,
                match tested.kind {
                    Some(Type::List) => {
                        "to look into a list write `{\"$in\": […]}`, `{\"$all\": […]}` or `{\"$size\": …}`"
                    }
                    Some(Type::Number) => "write a number without quotes",
                    _ => "write a text in quotes",
                },
            );
        }
        self.parsed.code.push(operator);
        self.literal(value, tested);
        1
    }

    fn among(&mut self, operator: u8, value: &Json, tested: Tested) -> u32 {
        let name = match operator {
            code::IN => "$in",
            code::NOT_IN => "$nin",
            code::IN_FOLD => "$ini",
            _ => "$nini",
        };
        let Some(list) = value.as_array() else {
            if !self.names_a_signal(value, tested) {
                self.list_missing(name, value);
            }
            return 1;
        };
        let start = self.parsed.code.len();
        self.folded = matches!(operator, code::IN_FOLD | code::NOT_IN_FOLD);
        self.composite(operator, |parser| {
            for (index, value) in list.iter().enumerate() {
                parser.within(&index.to_string(), |parser| {
                    let fits = match tested.kind {
                        None => true,
                        Some(Type::Number) => value.is_number() || value.is_null(),
                        Some(Type::Text | Type::List) => value.is_string() || value.is_null(),
                    };
                    if !fits {
                        parser.mismatch(
                            tested,
                            value,
                            "every value of the list must be of the signal's type",
                        );
                    }
                    parser.literal(value, tested);
                    0
                });
            }
            0
        });
        self.folded = false;
        let scan = eval::scan_steps(self.parsed.code.len().saturating_sub(start));
        let times = if tested.kind == Some(Type::List) { limits::LIST_ELEMENTS } else { 1 };
        scan.saturating_mul(times).saturating_add(1)
    }

    fn literal(&mut self, value: &Json, tested: Tested) {
        match value {
            Json::Null => self.parsed.code.push(code::NULL),
            Json::Bool(flag) => self.parsed.code.push(if *flag { code::TRUE } else { code::FALSE }),
            Json::Number(number) => {
                let thousandths = match number.as_i64() {
                    Some(whole) => whole.checked_mul(1000),
                    None => compare::numeric(&number.to_string()),
                };
                let Some(thousandths) = thousandths else {
                    let message = format!("`{number}` is too large or has more than three decimals");
                    return self.problem("bad-operand", message, "round it to three decimals");
                };
                self.parsed.code.push(code::NUMBER);
                self.parsed.code.extend_from_slice(&thousandths.to_le_bytes());
            }
            Json::String(text) => {
                let length =
                    u16::try_from(text.len()).ok().filter(|_| text.len() <= limits::CONDITION_TEXT_BYTES);
                let Some(length) = length else {
                    let message = format!(
                        "a text of {} bytes is longer than {}",
                        text.len(),
                        limits::CONDITION_TEXT_BYTES
                    );
                    return self.problem("bad-operand", message, "compare with something shorter");
                };
                self.parsed.code.push(code::TEXT);
                self.parsed.code.extend_from_slice(&length.to_le_bytes());
                self.parsed.code.extend_from_slice(text.as_bytes());
                let pointer = self.pointer.clone();
                self.parsed.texts.push(Compared {
                    signal: tested.signal,
                    text: text.clone(),
                    pointer,
                    folded: self.folded,
                });
            }
            Json::Array(list) => {
                self.parsed.code.push(code::LIST);
                self.sized(|parser| {
                    for (index, value) in list.iter().enumerate() {
                        parser.within(&index.to_string(), |parser| {
                            if value.is_string() {
                                parser.literal(value, tested);
                            } else {
                                parser.problem(
                                    "bad-operand",
                                    "lists hold texts".to_string(),
                                    "write each value in quotes",
                                );
                            }
                            0
                        });
                    }
                    0
                });
            }
            Json::Object(_) => {
                self.problem(
                    "bad-operand",
                    "an object cannot be compared with".to_string(),
                    "write a text, a number or null",
                );
            }
        }
    }

    pub(super) fn composite(&mut self, operator: u8, inner: impl FnOnce(&mut Self) -> u32) -> u32 {
        self.parsed.code.push(operator);
        self.sized(inner).saturating_add(1)
    }

    /// Appends a length and the output of `inner`.
    fn sized(&mut self, inner: impl FnOnce(&mut Self) -> u32) -> u32 {
        let at = self.parsed.code.len();
        self.parsed.code.extend_from_slice(&[0; 4]);
        let steps = inner(self);
        let length = self.parsed.code.len().saturating_sub(at).saturating_sub(4);
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(place) = self.parsed.code.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<4>) {
            *place = length.to_le_bytes();
        }
        steps
    }

    pub(super) fn within(&mut self, key: &str, inner: impl FnOnce(&mut Self) -> u32) -> u32 {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        let steps = inner(self);
        self.pointer.truncate(length);
        steps
    }

    fn depth(&mut self, level: u32) {
        if level > limits::CONDITION_DEPTH && !self.deep {
            self.deep = true;
            let message =
                format!("the condition is nested more than {} levels deep", limits::CONDITION_DEPTH);
            self.problem("condition-too-deep", message, "flatten it: `$and` within `$and` can be one list");
        }
    }

    fn needs_list(&mut self, operator: &str, tested: Tested) {
        if matches!(tested.kind, Some(Type::Text | Type::Number)) {
            let message = format!("`{operator}` needs a list, and `{}` is none", tested.signal.entry().name);
            self.key_problem("type-mismatch", message, "compare with a value or `{\"$in\": […]}`");
        }
    }

    fn list_missing(&mut self, operator: &str, value: &Json) -> u32 {
        self.problem(
            "bad-operand",
            format!("`{operator}` takes a list, not {}", kind_of(value)),
            "write `[…]` around it",
        );
        1
    }

    fn mismatch(&mut self, tested: Tested, value: &Json, help: &str) {
        if self.names_a_signal(value, tested) {
            return;
        }
        let is = match tested.kind {
            Some(Type::Text) => "a text",
            Some(Type::Number) => "a number",
            Some(Type::List) => "a list",
            None => return,
        };
        let message = format!("`{}` is {is} and cannot be {}", tested.signal.entry().name, kind_of(value));
        self.problem("type-mismatch", message, help);
    }

    /// Whether a value that cannot stand here is the name of a signal, with the problem.
    fn names_a_signal(&mut self, value: &Json, tested: Tested) -> bool {
        let found = value.as_str().and_then(|text| operand::name_as_value(tested.signal, text));
        let found = found.map(|(message, help)| self.problem("signal-as-value", message, &help));
        found.is_some()
    }

    fn unknown_operator(&mut self, name: &str) -> u32 {
        let meant =
            FOREIGN.iter().find(|(names, _)| names.contains(&name)).map(|(_, help)| (*help).to_string());
        let help = meant
            .or_else(|| crate::author::did_you_mean::suggest(name, OPERATORS))
            .unwrap_or_else(|| format!("the operators are {}", OPERATORS.join(" ")));
        self.key_problem("unknown-operator", format!("there is no operator `{name}`"), &help);
        0
    }

    pub(super) fn problem(&mut self, code: &'static str, message: String, help: &str) {
        self.problems.push(Problem {
            pointer: self.pointer.clone(),
            on_key: false,
            code,
            message,
            help: help.to_string(),
        });
    }

    pub(super) fn key_problem(&mut self, code: &'static str, message: String, help: &str) {
        self.problems.push(Problem {
            pointer: self.pointer.clone(),
            on_key: true,
            code,
            message,
            help: help.to_string(),
        });
    }
}

/// The type of a JSON value, for messages.
pub(crate) fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
