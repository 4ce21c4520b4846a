//! What each file of the engine imports: paths that begin with `crate` or `super`, in `use` and in expressions.
//!
//! Paths that begin with the name of a child module are left out: they cannot leave the folder.

use std::collections::BTreeSet;

use super::House;
use super::source::{Source, is_word};

/// The path of a module from the root of the crate: `["html", "splice"]`; empty for `lib.rs`.
pub(super) type Module = Vec<String>;

/// An import of one module of the engine by another.
pub(super) struct Import<'h> {
    /// The file that imports.
    pub(super) source: &'h Source,
    /// Where the path begins in its code.
    pub(super) at: usize,
    /// The module that imports.
    pub(super) from: Module,
    /// The module that is imported: the longest beginning of the path that is a file.
    pub(super) to: Module,
}

/// All imports of the engine but those of tests.
pub(super) fn all(house: &House) -> Vec<Import<'_>> {
    let modules: BTreeSet<Module> = house.engine().map(|source| module(&source.path)).collect();
    let mut imports = Vec::new();
    for source in house.engine() {
        let from = module(&source.path);
        for (at, path) in paths(&source.code) {
            if source.is_test(source.line(at)) {
                continue;
            }
            let mut to = resolve(&from, &path);
            while !to.is_empty() && !modules.contains(&to) {
                to.pop();
            }
            if to != from && !to.is_empty() {
                imports.push(Import { source, at, from: from.clone(), to });
            }
        }
    }
    imports
}

/// `src/html/splice.rs` is `html::splice`, `src/html/mod.rs` is `html`, `src/lib.rs` is the root.
pub(super) fn module(path: &str) -> Module {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inside.split('/').filter(|name| *name != "lib").map(str::to_owned).collect()
}

fn resolve(from: &Module, path: &[&str]) -> Module {
    let climbs = path.iter().take_while(|name| **name == "super").count();
    let base = if climbs > 0 { from.len().saturating_sub(climbs) } else { 0 };
    let names = path.iter().skip(climbs.max(1)).map(|name| (*name).to_owned());
    from.iter().take(base).cloned().chain(names).collect()
}

/// Every path of `code` that begins with `crate` or `super`, with where it begins; groups give one path for each member.
fn paths(code: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = Vec::new();
    for first in ["crate::", "super::"] {
        for (at, _) in code.match_indices(first) {
            let before = &code[..at];
            let within = before.ends_with("::") && !before.ends_with("self::");
            if before.ends_with(is_word) || within {
                continue;
            }
            let mut members = Vec::new();
            tree(&code[at..], Vec::new(), &mut members);
            found.extend(members.into_iter().map(|path| (at, path)));
        }
    }
    found
}

/// Reads a path or a group of paths behind `begun`, and returns what is behind it.
fn tree<'c>(code: &'c str, mut begun: Vec<&'c str>, members: &mut Vec<Vec<&'c str>>) -> &'c str {
    let mut rest = code.trim_start();
    loop {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if !name.is_empty() {
            begun.push(name);
        }
        let Some(more) = behind.strip_prefix("::") else {
            members.push(begun);
            return behind;
        };
        let Some(group) = more.trim_start().strip_prefix('{') else {
            rest = more;
            continue;
        };
        rest = group;
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if let Some(behind) = rest.strip_prefix('}') {
                return behind;
            }
            let behind = tree(rest, begun.clone(), members);
            // What follows a name within a group is skipped: ` as other`.
            let next = behind.find([',', '}']).unwrap_or(behind.len());
            rest = &behind[next..];
            if rest.is_empty() {
                return rest;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(code: &str) -> Vec<String> {
        paths(code).into_iter().map(|(_, path)| path.join("::")).collect()
    }

    #[test]
    fn groups_have_a_path_for_each_member() {
        assert_eq!(joined("use crate::html::splice::Edit;"), ["crate::html::splice::Edit"]);
        assert_eq!(
            joined("use crate::{html::{a, b as c, d::{e}}, limits,\n    http::x::*,\n};"),
            ["crate::html::a", "crate::html::b", "crate::html::d::e", "crate::limits", "crate::http::x::"]
                .map(|path| path.trim_end_matches("::"))
        );
        assert_eq!(
            joined("fn f() { super::super::g(crate::h::I::J) }"),
            ["crate::h::I::J", "super::super::g"]
        );
        assert_eq!(joined("xcrate::b"), [""; 0], "other names");
        assert_eq!(joined("$crate::a; use self::super::super::c;"), ["crate::a", "super::super::c"]);
    }

    #[test]
    fn a_path_is_a_module_from_the_root() {
        let from = module("src/html/splice/begin.rs");
        assert_eq!(from, ["html", "splice", "begin"]);
        assert_eq!(resolve(&from, &["super", "super", "tag", "Tag"]), ["html", "tag", "Tag"]);
        assert_eq!(resolve(&from, &["crate", "limits"]), ["limits"]);
        assert_eq!(module("src/html/mod.rs"), ["html"]);
        assert!(module("src/lib.rs").is_empty());
    }
}
