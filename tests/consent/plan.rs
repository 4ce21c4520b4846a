//! Random descriptions of banners with a writer of the values that such a banner stores, and what can happen to a value on the
//! way: for the laws here, and for the model that reads descriptions beside the engine.

#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "a failing test may panic")]

use parvis::base::base64;
use parvis::consent::purpose::Purpose;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// Names and values.
pub(crate) type Cookies = Vec<(String, String)>;

/// A value as it comes when something on the way broke it.
#[derive(Clone, Debug)]
pub(crate) enum Harm {
    Cut(Index),
    Doubled,
    Garbled(Index, &'static str),
}

/// A letter more may make another key of a key, which then has no meaning: `with` is what is put in.
pub(crate) fn harm(with: Vec<&'static str>) -> impl Strategy<Value = Harm> {
    prop_oneof![
        any::<Index>().prop_map(Harm::Cut),
        Just(Harm::Doubled),
        (any::<Index>(), select(with)).prop_map(|(at, with)| Harm::Garbled(at, with)),
    ]
}

pub(crate) fn harmed(value: &str, harm: &Harm) -> String {
    let place = |index: &Index| {
        let places: Vec<usize> = value.char_indices().map(|(at, _)| at).collect();
        if places.is_empty() { 0 } else { places[index.index(places.len())] }
    };
    match harm {
        Harm::Cut(at) => value[..place(at)].to_owned(),
        Harm::Doubled => format!("{value}{value}"),
        Harm::Garbled(at, with) => format!("{}{with}{}", &value[..place(at)], &value[place(at)..]),
    }
}

/// What a description is made of, with a writer of its values.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) shape: &'static str,
    encoding: Vec<&'static str>,
    /// The words for yes, no and neither.
    words: [&'static str; 3],
    /// Whether the value must have a proof of the choice besides its answers.
    pub(crate) proof: bool,
    pub(crate) every_key: bool,
    /// Whether JSON or a list names what was accepted or refused.
    pub(crate) listed: Option<bool>,
}

/// The keys with what they stand for: purposes of their own each, so that an answer to one says nothing about another.
pub(crate) const KEYS: [(&str, &str, Purpose); 4] = [
    ("stats", "measurement", Purpose::Measurement),
    ("ads", "sale_share", Purpose::SaleShare),
    ("own", "session_personalization", Purpose::SessionPersonalization),
    ("crm", "profile", Purpose::Profile),
];

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let shapes = select(vec!["json", "pairs", "list", "characters", "word", "cookies"]);
    let encoding = select(vec![vec![], vec!["percent"], vec!["base64"], vec!["percent", "base64"]]);
    let words = select(vec![["yes", "no", "later"], ["1", "0", "2"], ["true", "false", "null"]]);
    (shapes, encoding, words, any::<bool>(), any::<bool>(), any::<Option<bool>>()).prop_map(
        |(shape, encoding, words, proof, every_key, listed)| {
            let one_letter = shape == "characters";
            Plan {
                shape,
                encoding: if shape == "cookies" { Vec::new() } else { encoding },
                words: if one_letter { ["1", "0", "2"] } else { words },
                proof: proof && matches!(shape, "json" | "pairs" | "cookies"),
                every_key: every_key && !matches!(shape, "list" | "word" | "cookies"),
                listed: match shape {
                    "list" => Some(listed.unwrap_or(true)),
                    "json" => listed,
                    _ => None,
                },
            }
        },
    )
}

impl Plan {
    /// The `consent` object of a playbook that describes it.
    pub(crate) fn draft(&self) -> Value {
        let [yes, no, neither] = self.words;
        let keys = KEYS.iter().enumerate().map(|(index, (key, purpose, _))| {
            (if self.shape == "characters" { index.to_string() } else { (*key).to_owned() }, json!([purpose]))
        });
        let mut banner = json!({
            "cookies": ["own-consent"],
            "encoding": self.encoding,
            "shape": match self.shape { "cookies" => "word", shape => shape },
            "chosen": [],
            "every_key": self.every_key,
            "means": keys.collect::<serde_json::Map<_, _>>(),
        });
        let lists = |at: &str| json!([{ "at": at }]);
        let answers = |at: &str| json!([{ "at": at, "yes": [yes], "no": [no], "neither": [neither] }]);
        match (self.shape, self.listed) {
            ("list", Some(accepted)) => {
                banner["between"] = json!(",");
                banner[if accepted { "accepted" } else { "refused" }] = lists("");
            }
            ("json", Some(accepted)) => {
                banner[if accepted { "accepted" } else { "refused" }] = lists("in/[]");
                banner["every_key"] = json!(false);
            }
            ("json", None) => banner["answers"] = answers("in/*"),
            ("word", _) => banner["all"] = json!({ "yes": [yes], "no": [no], "neither": [neither] }),
            ("cookies", _) => {
                banner["cookies"] = json!(["own-*", "closed"]);
                banner["together"] = json!(true);
                banner["answers"] = answers("*");
            }
            _ => banner["answers"] = answers("*"),
        }
        if self.shape == "pairs" {
            banner["between"] = json!("|");
            banner["inside"] = json!(":");
        }
        if self.proof {
            let at = if self.shape == "cookies" { "closed" } else { "at" };
            banner["chosen"] = json!([{ "at": at, "is": ["click"] }]);
        }
        json!({ "banners": { "own": banner } })
    }

    /// The cookies of a visitor who answered so; `None` for a key without an answer.
    pub(crate) fn cookies(&self, answers: [Option<bool>; 4], proven: bool) -> Cookies {
        let [yes, no, neither] = self.words;
        let word = |answer: Option<bool>| answer.map_or(neither, |answer| if answer { yes } else { no });
        let keys = KEYS.map(|(key, ..)| key);
        let mut cookies = Cookies::new();
        let proof = self.proof && proven;
        let text = match (self.shape, self.listed) {
            ("json" | "list", Some(accepted)) => {
                let listed =
                    keys.iter().zip(answers).filter(|(_, answer)| answer.is_some_and(|yes| yes == accepted));
                let listed: Vec<&str> = listed.map(|(key, _)| *key).collect();
                if self.shape == "list" {
                    listed.join(",")
                } else {
                    json!({ "at": if proof { "click" } else { "load" }, "in": listed }).to_string()
                }
            }
            ("json", None) => {
                let answers =
                    keys.iter().zip(answers).map(|(key, answer)| ((*key).to_owned(), json!(word(answer))));
                let answers: serde_json::Map<_, _> = answers.collect();
                json!({ "at": if proof { "click" } else { "load" }, "in": answers }).to_string()
            }
            ("pairs", _) => {
                let pairs = keys.iter().zip(answers).map(|(key, answer)| format!("{key}:{}", word(answer)));
                format!("at:{}|{}", if proof { "click" } else { "load" }, pairs.collect::<Vec<_>>().join("|"))
            }
            ("characters", _) => answers.map(word).concat(),
            ("cookies", _) => {
                for (key, answer) in keys.iter().zip(answers) {
                    cookies.push((format!("own-{key}"), word(answer).to_owned()));
                }
                cookies.push(("closed".to_owned(), if proof { "click" } else { "no" }.to_owned()));
                return cookies;
            }
            _ => word(answers[0]).to_owned(),
        };
        let encoded = self.encoding.iter().rev().fold(text, |text, step| match *step {
            "base64" => base64::encode(text.as_bytes()),
            _ => text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        });
        cookies.push(("own-consent".to_owned(), encoded));
        cookies
    }

    /// Whether a no is one to everything at once, which refuses whatever a visitor is asked about.
    pub(crate) fn refuses_all(&self, answers: [Option<bool>; 4]) -> bool {
        self.shape == "word" && answers[0] == Some(false)
    }

    /// The answers as this banner can store them: one word is for all, and a list leaves nothing open.
    pub(crate) fn said(&self, answers: [Option<bool>; 4]) -> [Option<bool>; 4] {
        match (self.shape, self.listed) {
            ("word", _) => [answers[0]; 4],
            // What a list of refused keys leaves out may have been cut off, unless it is JSON.
            ("list", Some(false)) => answers.map(|answer| answer.filter(|yes| !yes)),
            (_, Some(accepted)) => {
                answers.map(|answer| Some(answer.is_some_and(|yes| yes == accepted) == accepted))
            }
            _ => answers,
        }
    }
}
