//! Comparisons of a signal with another: `{"$nin": {"signal": "visit.cart"}}`, whose values must be of one kind.
//!
//! Nothing is computed from values: what differs in kind or in unit is refused, since it could only be compared by
//! arithmetic.

use alloc::format;
use alloc::string::{String, ToString};

use serde_json::{Map, Value as Json};

use super::parse::{Parser, Tested};
use crate::author::did_you_mean::suggest;
use crate::condition::code;
use crate::limits;
use crate::signal::registry::{Form, Named, Readers, Signal, Type, Values};

/// The member of an operand that names another signal.
pub(super) const KEY: &str = "signal";

/// Units of which all count something, so that their numbers may be compared.
const COUNTS: [&str; 4] = ["pages", "pieces", "times", "visits"];

/// The operators that compare with another signal.
const OPERATORS: [(&str, u8); 10] = [
    ("$eq", code::EQ),
    ("$ne", code::NE),
    ("$lt", code::LT),
    ("$lte", code::LTE),
    ("$gt", code::GT),
    ("$gte", code::GTE),
    ("$in", code::IN),
    ("$nin", code::NOT_IN),
    ("$ini", code::IN_FOLD),
    ("$nini", code::NOT_IN_FOLD),
];

/// The members of an operand that refers to another signal.
pub(super) fn reference(operand: &Json) -> Option<&Map<String, Json>> {
    operand.as_object().filter(|members| members.contains_key(KEY))
}

/// What to write where the name of a signal stands as a value; `None` if it is no name of a signal.
pub(in crate::author) fn name_as_value(signal: Signal, text: &str) -> Option<(String, String)> {
    let named = Signal::ALL.iter().find(|signal| signal.entry().name == text)?;
    let has_list = [signal, *named].iter().any(|signal| signal.entry().kind == Type::List);
    let (operator, opposite) = if has_list { ("$in", "$nin") } else { ("$eq", "$ne") };
    let message = format!("`{text}` is the name of a signal, and stands here as a value");
    let help = format!(
        "to compare with the signal write `{{\"{operator}\": {{\"signal\": \"{text}\"}}}}`, or `{opposite}` for the opposite"
    );
    Some((message, help))
}

/// What to write in place of `name`, which is no signal.
pub(super) fn meant(name: &str) -> String {
    let readable = Signal::ALL.iter().filter(|signal| signal.entry().readers == Readers::All);
    suggest(name, readable.map(|signal| signal.entry().name))
        .unwrap_or_else(|| "`parvis signals` lists every signal".to_string())
}

impl Parser<'_> {
    /// Appends the test of `operator` with the signal that `members` name; returns its steps.
    pub(super) fn compared(&mut self, operator: &str, members: &Map<String, Json>, tested: Tested) -> u32 {
        let Some((_, test)) = OPERATORS.iter().find(|(name, _)| *name == operator) else {
            let help = match operator {
                "$size" | "$elemMatch" => {
                    format!(
                        "write an operator between them, as `{{\"{operator}\": {{\"$eq\": {{\"signal\": …}}}}}}`"
                    )
                }
                _ => format!("those that do are {}", OPERATORS.map(|(name, _)| name).join(" ")),
            };
            self.key_problem("bad-operand", format!("`{operator}` does not compare with a signal"), &help);
            return 0;
        };
        let name = members.get(KEY).and_then(Json::as_str).filter(|_| members.len() == 1);
        let Some(name) = name else {
            let message = "a signal to compare with is named by one text".to_string();
            self.problem("bad-operand", message, "write `{\"signal\": \"visit.cart\"}`");
            return 0;
        };
        let Some((other, _)) = (self.resolve)(name) else {
            let help = meant(name);
            return self.within(KEY, |parser| {
                parser.problem("unknown-signal", format!("there is no signal `{name}`"), &help);
                0
            });
        };
        self.parsed.signals.insert(other);
        if let Some((message, help)) = refused(*test, tested, other) {
            self.problem("type-mismatch", message, &help);
        }
        let literal = [code::SIGNAL, other.code()];
        if *test < code::IN {
            self.parsed.code.push(*test);
            self.parsed.code.extend(literal);
            return 1;
        }
        self.composite(*test, |parser| {
            parser.parsed.code.extend(literal);
            if tested.kind == Some(Type::List) { limits::LIST_ELEMENTS } else { 0 }
        })
    }
}

/// Why a test cannot compare these two, and what to do.
fn refused(test: u8, tested: Tested, other: Signal) -> Option<(String, String)> {
    let kind = tested.kind?;
    let (one, two) = (tested.signal.entry().name, other.entry().name);
    let of = other.entry().kind;
    let is_count = kind == Type::Number && tested.signal.entry().kind == Type::List;
    if tested.signal == other && !is_count {
        let message = format!("`{one}` is compared with itself");
        return Some((message, "name another signal".into()));
    }
    if (kind == Type::Number) != (of == Type::Number) {
        let message = format!("`{one}` is {}, and `{two}` is {}", article(kind), article(of));
        return Some((message, "compare numbers with numbers, and texts with texts or lists".into()));
    }
    let within = test >= code::IN;
    if kind == Type::Number {
        if within {
            let message = format!("`{one}` and `{two}` are numbers, and neither has others in it");
            return Some((message, "write `$eq` or `$ne` for `$in` or `$nin`".into()));
        }
        let own = if is_count { "pieces" } else { unit(tested.signal) };
        let same = own == unit(other) || [own, unit(other)].iter().all(|unit| COUNTS.contains(unit));
        return (!same).then(|| {
            let message = format!("`{one}` is {}, and `{two}` is {}", measured(own), measured(unit(other)));
            (message, "compare what is measured alike: nothing is converted or computed".into())
        });
    }
    if !within && (kind == Type::List || of == Type::List) {
        let list = if of == Type::List { two } else { one };
        let help = "write `$in` for whether they have something in common, `$nin` for whether they do not";
        return Some((format!("`{list}` is a list, which is not equal, less or greater"), help.into()));
    }
    if (code::LT..=code::GTE).contains(&test) && !(is_ordered(tested.signal) && is_ordered(other)) {
        let message = format!("`{one}` and `{two}` are texts, of which none is less or greater");
        return Some((message, "write `$eq` or `$ne`; numbers and times have an order".into()));
    }
    let (own, others) = (meaning(tested.signal), meaning(other));
    (own != others && own != ANY && others != ANY).then(|| {
        let message = format!("`{one}` is {own} and `{two}` is {others}: they are never the same");
        (message, "compare signals that name the same kind of thing".into())
    })
}

/// What values of a type are, for messages.
const fn article(kind: Type) -> &'static str {
    match kind {
        Type::Text => "a text",
        Type::Number => "a number",
        Type::List => "a list",
    }
}

/// The unit of a number; that of a clock is its own.
fn unit(signal: Signal) -> &'static str {
    match signal.values() {
        Values::Between(..) => signal.entry().name,
        _ => signal.entry().unit,
    }
}

fn measured(unit: &str) -> String {
    match unit {
        "hour" => "an hour of the day".into(),
        "" => "a rank".into(),
        "units" => "an amount of money".into(),
        unit => format!("a number of {unit}"),
    }
}

fn is_ordered(signal: Signal) -> bool {
    matches!(signal.values(), Values::Written(Form::Time))
}

/// In place of the meaning of texts that may be anything.
const ANY: &str = "";

/// What the texts of a signal say; texts of two meanings are never the same.
fn meaning(signal: Signal) -> &'static str {
    match (signal.entry().names, signal.values()) {
        (Named::Item, _) => "an item",
        (Named::Category, _) => "a category",
        (Named::Store, _) => "a store",
        (Named::Nothing, Values::OneOf(name, ..)) => name,
        (Named::Nothing, Values::Written(form)) => match form {
            Form::Country => "a country",
            Form::Region => "a region",
            Form::Language => "a language",
            Form::Time => "a time of day",
            Form::Parameter | Form::Search => ANY,
        },
        (Named::Nothing, _) => ANY,
    }
}
