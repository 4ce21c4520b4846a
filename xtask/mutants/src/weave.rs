//! Weaves mutants into a source file, each behind a switch, so that one build holds all of them.
//!
//! `a < b` with the mutant 7 that says `<=` becomes `(if crate::mutant::on(7) { (a) <= (b) } else { a < b })`.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lines::Lines;
use crate::list::Mutant;
use crate::places::{Finder, Place};

/// A source file with its mutants in it.
pub struct Woven {
    /// The new text.
    pub text: String,
    /// Where the text of each mutant lies in it, in bytes.
    pub places: Vec<(usize, Range<usize>)>,
    /// The numbers of mutants that cannot be switched: they are built one at a time.
    pub left: Vec<usize>,
    /// The numbers of mutants in `const` functions: what no test passes may be computed at compile time.
    pub early: Vec<usize>,
}

/// Puts `mutants` (with their numbers) into `source`.
pub fn weave(source: &str, mutants: &[(usize, &Mutant)]) -> anyhow::Result<Woven> {
    let lines = Lines::of(source);
    let finder = Finder::of(source, &lines)?;
    let mut sites: BTreeMap<usize, Site> = BTreeMap::new();
    let (mut left, mut early) = (Vec::new(), Vec::new());
    for (number, mutant) in mutants {
        let at = lines.offset(mutant.start.0, mutant.start.1);
        if finder.early.iter().any(|body| body.contains(&at)) {
            early.push(*number);
        }
        let place = match mutant.genre.as_str() {
            "FnValue" => finder.bodies.get(&at).cloned().and_then(|body| body_of(source, body, mutant)),
            _ => finder.found.get(&(genre(&mutant.genre), at)).cloned(),
        };
        let Some(place) = place else {
            left.push(*number);
            continue;
        };
        let site = sites
            .entry(place.key())
            .or_insert_with(|| Site { place: place.clone(), alternatives: Vec::new() });
        let one_type = matches!(place, Place::Hidden(_)).then(|| iterator(&mutant.replacement)).flatten();
        let text = one_type.unwrap_or_else(|| mutant.replacement.clone());
        site.alternatives.push((*number, text, mutant.genre.clone()));
    }
    let sites: Vec<Site> = sites.into_values().collect();
    let mut writer = Writer { source, out: String::new(), places: Vec::new() };
    writer.emit(0..source.len(), &sites);
    Ok(Woven { text: writer.out, places: writer.places, left, early })
}

/// How the body of a function is switched; `None` where it cannot be.
fn body_of(source: &str, body: Range<usize>, mutant: &Mutant) -> Option<Place> {
    if !mutant.returns_impl() {
        return Some(Place::Body(body.start));
    }
    // Both values must have one type, so that all of the body becomes one side of it.
    let text = source.get(body.clone())?;
    let plain =
        mutant.returns_iterator() && !text.contains("return") && iterator(&mutant.replacement).is_some();
    plain.then_some(Place::Hidden(body))
}

/// The iterator over one value or none that cargo-mutants writes, as one type.
fn iterator(replacement: &str) -> Option<String> {
    if replacement == "::std::iter::empty()" {
        return Some("None.into_iter()".to_owned());
    }
    let value = replacement.strip_prefix("::std::iter::once(")?.strip_suffix(')')?;
    Some(format!("Some({value}).into_iter()"))
}

/// One side of `&&` or `||` alone: which condition a test needs.
const OPERAND: &str = "Operand";
/// A whole number one larger: which bound a test needs.
const NUMBER: &str = "Number";
const LEFT: &str = "the left side alone";
const RIGHT: &str = "the right side alone";

/// The mutants of a file that cargo-mutants does not list: a side of a condition left out, a number one larger.
pub fn own(file: &str, source: &str) -> anyhow::Result<Vec<Mutant>> {
    let lines = Lines::of(source);
    let finder = Finder::of(source, &lines)?;
    let mut mutants = Vec::new();
    for ((_, at), place) in &finder.found {
        let mut put = |genre: &str, range: Range<usize>, change: String, replacement: String| {
            let (start, end) = (lines.place(range.start), lines.place(range.end));
            mutants.push(Mutant::own(file, source, genre, change, replacement, start, end));
        };
        match place {
            Place::Binary { all, left, right } => {
                let operator = source.get(*at..*at + 2).unwrap_or_default();
                if matches!(operator, "&&" | "||") {
                    for (side, text) in [(LEFT, left), (RIGHT, right)] {
                        let shown: String =
                            source[text.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
                        let shown: String = shown.chars().take(60).collect();
                        put(
                            OPERAND,
                            *at..all.end,
                            format!("keep {side} of {operator}: {shown}"),
                            side.to_owned(),
                        );
                    }
                }
            }
            Place::Number(range) => {
                let text = &source[range.clone()];
                let digits = syn::parse_str::<syn::LitInt>(text)?;
                let Ok(number) = digits.base10_parse::<u128>() else { continue };
                let larger = format!("{}{}", number.saturating_add(1), digits.suffix());
                put(NUMBER, range.clone(), format!("replace {text} with {larger}"), larger.clone());
            }
            _ => {}
        }
    }
    Ok(mutants)
}

/// The source with one mutant in it, and no switch.
pub fn replaced(source: &str, mutant: &Mutant) -> String {
    let lines = Lines::of(source);
    let place = lines.offset(mutant.start.0, mutant.start.1)..lines.offset(mutant.end.0, mutant.end.1);
    let mut text = source.to_owned();
    text.replace_range(place, &mutant.replacement);
    text
}

/// Which genres stand at one kind of place.
fn genre(name: &str) -> &'static str {
    match name {
        "BinaryOperator" | OPERAND => "binary",
        NUMBER => "number",
        "UnaryOperator" => "unary",
        "MatchArm" => "arm",
        "MatchArmGuard" => "guard",
        _ => "other",
    }
}

struct Site {
    place: Place,
    alternatives: Vec<(usize, String, String)>,
}

struct Writer<'s> {
    source: &'s str,
    out: String,
    places: Vec<(usize, Range<usize>)>,
}

impl Writer<'_> {
    /// Writes `range` of the source with the sites that lie in it.
    fn emit(&mut self, range: Range<usize>, sites: &[Site]) {
        let mut inside: Vec<&Site> = sites
            .iter()
            .filter(|site| range.start <= site.place.range().start && site.place.range().end <= range.end)
            .collect();
        // The outermost first: by beginning, and the longer one of two.
        inside.sort_by_key(|site| (site.place.range().start, usize::MAX - site.place.range().end));
        let mut at = range.start;
        for site in inside {
            let place = site.place.range();
            if place.start < at
                || (place == range
                    && matches!(site.place, Place::Binary { .. } | Place::Unary { .. } | Place::Hidden(_))
                    && self.is_open(site))
            {
                continue;
            }
            self.out.push_str(&self.source[at..place.start]);
            self.site(site, sites);
            at = place.end;
        }
        self.out.push_str(&self.source[at..range.end]);
    }

    /// Whether the site is being written already.
    fn is_open(&self, site: &Site) -> bool {
        site.alternatives.iter().any(|(number, ..)| self.places.iter().any(|(open, _)| open == number))
    }

    fn site(&mut self, site: &Site, sites: &[Site]) {
        match &site.place {
            Place::Body(_) => {
                for (number, text, _) in &site.alternatives {
                    self.alternative(
                        *number,
                        &format!(" if crate::mutant::on({number}) {{ return {text}; }}"),
                    );
                }
            }
            Place::Hidden(range) => {
                for (number, text, _) in &site.alternatives {
                    let changed = format!("crate::mutant::Either::Left({text})");
                    self.alternative(
                        *number,
                        &format!(" if crate::mutant::on({number}) {{ return {changed}; }}"),
                    );
                }
                self.out.push_str(" crate::mutant::Either::Right({");
                self.emit(range.clone(), sites);
                self.out.push_str("}) ");
            }
            Place::Binary { left, right, .. } => {
                let (l, r) = (self.source[left.clone()].to_owned(), self.source[right.clone()].to_owned());
                self.out.push('(');
                for (number, operator, _) in &site.alternatives {
                    let changed = match operator.as_str() {
                        LEFT => l.clone(),
                        RIGHT => r.clone(),
                        operator => format!("({l}) {operator} ({r})"),
                    };
                    self.alternative(
                        *number,
                        &format!("if crate::mutant::on({number}) {{ {changed} }} else "),
                    );
                }
                self.out.push_str("{ ");
                self.emit(left.clone(), sites);
                self.out.push_str(&self.source[left.end..right.start]);
                self.emit(right.clone(), sites);
                self.out.push_str(" })");
            }
            Place::Unary { all, operand } => {
                let text = self.source[operand.clone()].to_owned();
                self.out.push('(');
                for (number, ..) in &site.alternatives {
                    self.alternative(*number, &format!("if crate::mutant::on({number}) {{ {text} }} else "));
                }
                self.out.push_str("{ ");
                self.out.push_str(&self.source[all.start..operand.start]);
                self.emit(operand.clone(), sites);
                self.out.push_str(" })");
            }
            Place::Arm { guard, .. } => self.arm(site, guard.as_ref(), sites),
            Place::Number(range) => {
                self.out.push('(');
                for (number, text, _) in &site.alternatives {
                    self.alternative(*number, &format!("if crate::mutant::on({number}) {{ {text} }} else "));
                }
                let text = self.source[range.clone()].to_owned();
                self.out.push_str(&format!("{{ {text} }})"));
            }
        }
    }

    fn arm(&mut self, site: &Site, guard: Option<&Range<usize>>, sites: &[Site]) {
        if guard.is_none() {
            self.out.push_str(" if ");
        }
        self.out.push('(');
        for (number, ..) in site.alternatives.iter().filter(|(.., genre)| genre == "MatchArm") {
            self.alternative(*number, &format!("!crate::mutant::on({number}) && "));
        }
        self.out.push('(');
        for (number, text, _) in site.alternatives.iter().filter(|(.., genre)| genre == "MatchArmGuard") {
            self.alternative(*number, &format!("if crate::mutant::on({number}) {{ {text} }} else "));
        }
        match guard {
            Some(guard) => {
                self.out.push_str("{ ");
                self.emit(guard.clone(), sites_inside(sites, guard, site).as_slice());
                self.out.push_str(" }");
            }
            None => self.out.push_str("true"),
        }
        self.out.push_str("))");
    }

    fn alternative(&mut self, number: usize, text: &str) {
        let start = self.out.len();
        self.out.push_str(text);
        self.places.push((number, start..self.out.len()));
    }
}

/// The sites of a guard's own expressions: all but the arm itself.
fn sites_inside(sites: &[Site], guard: &Range<usize>, arm: &Site) -> Vec<Site> {
    let inside = |site: &&Site| {
        site.place.key() != arm.place.key()
            && guard.start <= site.place.range().start
            && site.place.range().end <= guard.end
    };
    let copy = |site: &Site| Site { place: site.place.clone(), alternatives: site.alternatives.clone() };
    sites.iter().filter(inside).map(copy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(genre: &str, replacement: &str, start: (usize, usize), end: (usize, usize)) -> Mutant {
        let words = |text: &str| text.to_owned();
        Mutant::own("f.rs", "", genre, words("change"), words(replacement), start, end)
    }

    fn woven(source: &str, mutant: &Mutant) -> String {
        weave(source, &[(7, mutant)]).unwrap().text
    }

    #[test]
    fn an_operator_is_switched_where_it_stands() {
        let source = "fn f(a: u8, b: u8) -> bool { a < b && b > 1 }";
        assert_eq!(
            woven(source, &mutant("BinaryOperator", "<=", (1, 32), (1, 33))),
            "fn f(a: u8, b: u8) -> bool { (if crate::mutant::on(7) { (a) <= (b) } else { a < b }) && b > 1 }"
        );
    }

    #[test]
    fn what_is_inside_of_a_switched_expression_is_switched_too() {
        let source = "fn f(a: u8, b: u8) -> bool { a < b && b > 1 }";
        let (outer, inner) = (
            mutant("BinaryOperator", "||", (1, 36), (1, 38)),
            mutant("BinaryOperator", ">", (1, 32), (1, 33)),
        );
        let text = weave(source, &[(1, &outer), (2, &inner)]).unwrap().text;
        assert!(syn::parse_file(&text).is_ok(), "{text}");
        assert!(text.contains("on(1) { (a < b) || (b > 1) }"), "{text}");
        assert!(
            text.contains("else { (if crate::mutant::on(2) { (a) > (b) } else { a < b }) && b > 1 }"),
            "{text}"
        );
    }

    #[test]
    fn a_body_a_guard_an_arm_and_a_number_are_switched() {
        let source = "fn f(a: u8) -> u8 { match a { 1 if a > 0 => 2, 3 => 4, _ => 5 } }";
        for (mutant, expected) in [
            (mutant("FnValue", "0", (1, 21), (1, 64)), "{ if crate::mutant::on(7) { return 0; } match"),
            (
                mutant("MatchArmGuard", "true", (1, 36), (1, 41)),
                "1 if ((if crate::mutant::on(7) { true } else { a > 0 })) =>",
            ),
            (mutant("MatchArm", "", (1, 48), (1, 54)), "3 if (!crate::mutant::on(7) && (true)) => 4"),
            (mutant(NUMBER, "5", (1, 53), (1, 54)), "3 => (if crate::mutant::on(7) { 5 } else { 4 })"),
        ] {
            let text = woven(source, &mutant);
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn a_body_whose_type_is_hidden_is_one_side_of_a_type() {
        let source = "fn f(a: u8) -> impl Iterator<Item = u8> { let b = a + 1; (0..b).filter(|c| *c > 2) }";
        let change =
            mutant("FnValue", "::std::iter::once(1)", (1, 43), (1, 83)).returning("impl Iterator<Item = u8>");
        let text = woven(source, &change);
        assert!(
            text.contains(
                "{ if crate::mutant::on(7) { return crate::mutant::Either::Left(Some(1).into_iter()); }"
            ),
            "{text}"
        );
        assert!(
            text.contains("crate::mutant::Either::Right({ let b = a + 1; (0..b).filter(|c| *c > 2) }) }"),
            "{text}"
        );
    }

    #[test]
    fn what_is_computed_at_compile_time_is_left() {
        let source = "const A: u8 = 1 + 2;";
        let left = weave(source, &[(7, &mutant("BinaryOperator", "-", (1, 17), (1, 18)))]).unwrap().left;
        assert_eq!(left, [7]);
    }

    #[test]
    fn sides_of_conditions_and_numbers_are_listed() {
        let changes: Vec<String> = own("f.rs", "fn f(a: bool, b: u8) -> bool { a || b == 0x1f_u8 }")
            .unwrap()
            .into_iter()
            .map(|mutant| mutant.change)
            .collect();
        assert_eq!(
            changes,
            [
                "keep the left side alone of ||: a",
                "keep the right side alone of ||: b == 0x1f_u8",
                "replace 0x1f_u8 with 32u8"
            ]
        );
    }
}
