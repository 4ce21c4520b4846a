//! Checks a draft: reports every problem at once, each with its place in the file, a stable code, and a help text.
//!
//! A draft without an error compiles. Warnings are for parts that compile but may not be intended. Checking does not stop
//! at the first problem, with two exceptions: text that is not JSON has only that one, and campaigns are compared with
//! each other only if nothing else is wrong.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use serde_json::Value as Json;

use super::draft::{self, Draft};
use super::features::{parameters, preferences, profile, sensitive};
use super::operators;

pub(in crate::author) mod amounts;
pub(in crate::author) mod campaigns;
pub(in crate::author) mod catalog;
pub(in crate::author) mod codes;
pub(in crate::author) mod conditions;
pub(in crate::author) mod consent;
pub(in crate::author) mod lists;
pub(in crate::author) mod memory;
pub(in crate::author) mod names;
pub(in crate::author) mod node;
pub(in crate::author) mod position;
pub(in crate::author) mod priority;
pub(in crate::author) mod replenish;
pub(in crate::author) mod rules;
pub(in crate::author) mod satisfiable;
pub(in crate::author) mod schema;
pub(in crate::author) mod searches;
pub(in crate::author) mod signal_usage;
pub(in crate::author) mod site;
pub(in crate::author) mod size;
pub(in crate::author) mod spelling;
pub(in crate::author) mod syntax;
pub(in crate::author) mod unsatisfiable;
pub(in crate::author) mod variant_content;
pub(in crate::author) mod variant_fallback;
pub(in crate::author) mod weights;

use names::Names;
use node::Node;
use position::Positions;

pub use rules::{Rule, rules};
pub use weights::{Weighed, weigh};

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The draft does not compile.
    Error,
    /// It compiles, but something in it may not be intended.
    Warning,
}

impl Severity {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One problem of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The kind of problem, a stable name like `unknown-signal`.
    pub code: &'static str,
    /// Its severity.
    pub severity: Severity,
    /// What is wrong, offending input in backticks.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The JSON pointer (RFC 6901) of the value.
    pub pointer: String,
    /// The byte offset in the source where it begins.
    pub offset: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The result of checking a draft.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The draft, unless it has an error.
    pub draft: Option<Draft>,
    /// Every problem, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether there is an error.
    pub fn is_refused(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// A problem before its place in the source is known.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) code: &'static str,
    pub(crate) pointer: String,
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The part of a value that a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The value.
    Value,
    /// The key of the member.
    Key,
    /// This byte of the value, which is a text.
    Inside(usize),
}

impl Finding {
    pub(crate) fn error(
        code: &'static str,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), help.into());
        Finding {
            severity: Severity::Error,
            code,
            pointer: pointer.to_owned(),
            place: Place::Value,
            message,
            help,
        }
    }

    pub(crate) fn warning(
        code: &'static str,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Finding { severity: Severity::Warning, ..Finding::error(code, pointer, message, help) }
    }

    pub(crate) fn at(self, place: Place) -> Self {
        Finding { place, ..self }
    }
}

/// Checks the text of a draft.
///
/// ```
/// let checked = parvis::author::check::check("{\"format\": 1,}");
/// assert_eq!(checked.diagnostics[0].code, "syntax");
/// assert_eq!((checked.diagnostics[0].line, checked.diagnostics[0].column), (1, 14));
/// ```
pub fn check(source: &str) -> Checked {
    let (value, positions, mut findings) = match read(source, &draft::schema_value()) {
        Ok(read) => read,
        Err(syntax) => return Checked { draft: None, diagnostics: Vec::from([syntax]) },
    };
    let root = Node::root(&value);
    let names = Names::collect(&root);
    site::check(&root, &names, &mut findings);
    catalog::check(&root, &names, &mut findings);
    conditions::check(&root, &names, &mut findings);
    campaigns::check(&root, &names, &mut findings);
    operators::check(&root, &names, &mut findings);
    preferences::check(&root, &names, &mut findings);
    amounts::check(&root, &names, &mut findings);
    profile::check(&root, &mut findings);
    parameters::check(&root, &mut findings);
    searches::check(&root, &names, &mut findings);
    if let Some(consent) = root.get("consent").filter(|consent| consent.value.is_object()) {
        findings.extend(super::consent::problems(consent.value).into_iter().map(|finding| Finding {
            pointer: format!("{}{}", consent.pointer, finding.pointer),
            ..finding
        }));
    }
    // The checks below concern the draft as a whole: after one error they would report its consequences too.
    if !refused(&findings) {
        priority::check(&root, &names, &mut findings);
        unsatisfiable::check(&root, &mut findings);
        consent::check(&root, &names, &mut findings);
        replenish::check(&root, &names, &mut findings);
        memory::check(&root, &mut findings);
        size::steps(&root, &names.kinds, &mut findings);
    }
    let mut draft = None;
    if !refused(&findings) {
        match serde_json::from_value::<Draft>(value.clone()) {
            Ok(ready) => {
                let bytes = super::compile::bytes(&ready).unwrap_or_default();
                size::compiled(bytes.len(), &mut findings);
                sensitive::check(&root, &ready, bytes, &mut findings);
                draft = Some(ready).filter(|_| !refused(&findings));
            }
            Err(error) => findings.push(Finding::error(
                "wrong-type",
                "",
                error.to_string(),
                "compare with the JSON Schema",
            )),
        }
    }
    Checked { draft, diagnostics: told(findings, &positions) }
}

/// The JSON of `source` without its comments, its positions, and the problems of its keys and its schema.
fn read<'s>(source: &'s str, schema: &Json) -> Result<(Json, Positions<'s>, Vec<Finding>), Diagnostic> {
    let mut value = serde_json::from_str(source).map_err(|error| syntax::told(source, &error))?;
    let positions = Positions::scan(source);
    let mut findings = repeated(&positions);
    drop_comments(&mut value);
    schema::check(&value, schema, &mut findings);
    Ok((value, positions, findings))
}

/// Sorts the findings with their positions, in the order of the source.
fn told(findings: Vec<Finding>, positions: &Positions<'_>) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> =
        findings.into_iter().map(|finding| located(finding, positions)).collect();
    diagnostics.sort_by(|a, b| (a.offset, a.code, &a.message).cmp(&(b.offset, b.code, &b.message)));
    diagnostics.dedup();
    diagnostics
}

fn refused(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

fn located(finding: Finding, positions: &Positions<'_>) -> Diagnostic {
    let offset = match finding.place {
        Place::Value => positions.offset(&finding.pointer, false),
        Place::Key => positions.offset(&finding.pointer, true),
        Place::Inside(byte) => positions.offset_within(&finding.pointer, byte),
    };
    let (line, column) = positions.line_and_column(offset);
    let Finding { severity, code, pointer, message, help, .. } = finding;
    Diagnostic { code, severity, message, help, pointer, offset, line, column }
}

fn repeated(positions: &Positions<'_>) -> Vec<Finding> {
    let repeated = positions.repeated.iter().map(|(pointer, _)| {
        let key = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
        Finding::error("duplicate-key", pointer, format!("`{key}` is written twice"), "keep one of them")
            .at(Place::Key)
    });
    repeated.filter(|finding| !finding.pointer.ends_with("/$comment")).collect()
}

fn drop_comments(value: &mut Json) {
    match value {
        Json::Array(list) => list.iter_mut().for_each(drop_comments),
        Json::Object(members) => {
            members.shift_remove("$comment");
            members.values_mut().for_each(drop_comments);
        }
        _ => {}
    }
}
