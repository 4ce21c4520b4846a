//! The same campaigns as owned structs, as a program has them that parses its policy: loaded with serde_json, postcard and
//! rkyv, and evaluated in memory, the reference that everything in `bench decide` is held against.

use std::collections::BTreeMap;

use rkyv::{Archive, Deserialize as Unpack, Serialize as Pack};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// All campaigns.
#[derive(Archive, Pack, Unpack, Serialize, Deserialize, Debug)]
pub struct Policy {
    /// One after the other.
    pub campaigns: Vec<Campaign>,
}

/// One campaign.
#[derive(Archive, Pack, Unpack, Serialize, Deserialize, Debug)]
pub struct Campaign {
    /// Its id.
    pub id: String,
    /// Its block.
    pub block: String,
    /// Its priority.
    pub priority: i32,
    /// For whom it is: all nodes hold.
    pub when: Vec<Node>,
    /// What it shows.
    pub variants: Vec<Variant>,
}

/// One variant.
#[derive(Archive, Pack, Unpack, Serialize, Deserialize, Debug)]
pub struct Variant {
    /// Its id.
    pub id: String,
    /// Its content.
    pub html: String,
}

/// A part of a condition.
#[derive(Archive, Pack, Unpack, Serialize, Deserialize, Debug)]
#[rkyv(serialize_bounds(__S: rkyv::ser::Writer + rkyv::ser::Allocator, __S::Error: rkyv::rancor::Source))]
#[rkyv(deserialize_bounds(__D::Error: rkyv::rancor::Source))]
#[rkyv(bytecheck(bounds(__C: rkyv::validation::ArchiveContext, __C::Error: rkyv::rancor::Source)))]
pub enum Node {
    /// All hold.
    And(#[rkyv(omit_bounds)] Vec<Node>),
    /// One holds.
    Or(#[rkyv(omit_bounds)] Vec<Node>),
    /// Not all hold.
    Not(#[rkyv(omit_bounds)] Vec<Node>),
    /// All tests hold of the signal with this code.
    Field(u8, Vec<Test>),
}

/// A test of a signal.
#[derive(Archive, Pack, Unpack, Serialize, Deserialize, Debug)]
pub enum Test {
    /// Equal to a text.
    Is(String),
    /// Another text.
    Ne(String),
    /// One of these texts.
    In(Vec<String>),
    /// None of these.
    Nin(Vec<String>),
    /// Some element is one of these.
    Some(Vec<String>),
    /// Less.
    Lt(i64),
    /// Less or equal.
    Lte(i64),
    /// Greater.
    Gt(i64),
    /// Greater or equal.
    Gte(i64),
}

/// The value of a signal.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing there.
    Missing,
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Texts.
    List(Vec<String>),
}

impl Policy {
    /// The campaigns of a playbook's JSON; `codes` gives each signal its number.
    #[must_use]
    pub fn of(playbook: &Json, codes: &BTreeMap<&str, u8>) -> Policy {
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let campaigns = playbook["campaigns"].as_array().into_iter().flatten();
        let campaign = |campaign: &Json| Campaign {
            id: text(&campaign["id"]),
            block: text(&campaign["block"]),
            priority: campaign["priority"].as_i64().unwrap_or_default() as i32,
            when: nodes(&campaign["when"], codes),
            variants: campaign["variants"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|variant| Variant { id: text(&variant["id"]), html: text(&variant["html"]) })
                .collect(),
        };
        Policy { campaigns: campaigns.map(campaign).collect() }
    }
}

fn nodes(condition: &Json, codes: &BTreeMap<&str, u8>) -> Vec<Node> {
    let list = |json: &Json| -> Vec<Node> {
        json.as_array().into_iter().flatten().map(|json| Node::And(nodes(json, codes))).collect()
    };
    condition
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| match key.as_str() {
            "$and" => Node::And(list(value)),
            "$or" => Node::Or(list(value)),
            "$nor" => Node::Not(vec![Node::Or(list(value))]),
            "$not" => Node::Not(nodes(value, codes)),
            name => Node::Field(codes[name], tests(value)),
        })
        .collect()
}

fn tests(value: &Json) -> Vec<Test> {
    let texts = |json: &Json| serde_json::from_value(json.clone()).expect("texts");
    let number = |json: &Json| json.as_i64().expect("a number");
    let Some(tests) = value.as_object() else {
        return vec![Test::Is(value.as_str().expect("a text").to_owned())];
    };
    let test = |(name, value): (&String, &Json)| match name.as_str() {
        "$ne" => Test::Ne(value.as_str().expect("a text").to_owned()),
        "$in" => Test::In(texts(value)),
        "$nin" => Test::Nin(texts(value)),
        "$elemMatch" => Test::Some(texts(&value["$in"])),
        "$lt" => Test::Lt(number(value)),
        "$lte" => Test::Lte(number(value)),
        "$gt" => Test::Gt(number(value)),
        "$gte" => Test::Gte(number(value)),
        other => panic!("the bench knows no `{other}`"),
    };
    tests.iter().map(test).collect()
}

/// Whether all nodes hold of these values, by code: two-valued, without fuel, without noting what is read.
#[must_use]
pub fn holds(nodes: &[Node], values: &[Value]) -> bool {
    nodes.iter().all(|node| match node {
        Node::And(nodes) => holds(nodes, values),
        Node::Or(nodes) => nodes.iter().any(|node| holds(std::slice::from_ref(node), values)),
        Node::Not(nodes) => !holds(nodes, values),
        Node::Field(code, tests) => tests.iter().all(|test| passes(test, &values[usize::from(*code)])),
    })
}

fn passes(test: &Test, value: &Value) -> bool {
    let text = if let Value::Text(text) = value { Some(text) } else { None };
    let number = match value {
        Value::Number(number) => Some(*number),
        Value::Missing => Some(0),
        _ => None,
    };
    match test {
        Test::Is(other) => text == Some(other),
        Test::Ne(other) => text != Some(other),
        Test::In(texts) => text.is_some_and(|text| texts.contains(text)),
        Test::Nin(texts) => !text.is_some_and(|text| texts.contains(text)),
        Test::Some(texts) => {
            matches!(value, Value::List(list) if list.iter().any(|text| texts.contains(text)))
        }
        Test::Lt(other) => number.is_some_and(|number| number < *other),
        Test::Lte(other) => number.is_some_and(|number| number <= *other),
        Test::Gt(other) => number.is_some_and(|number| number > *other),
        Test::Gte(other) => number.is_some_and(|number| number >= *other),
    }
}
