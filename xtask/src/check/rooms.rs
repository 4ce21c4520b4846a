//! Inside the engine arrows point one way: a room uses what is below it, never what is above.

use super::source::{Source, is_word};
use super::{House, Violation};

/// The rooms from the top down (design §3). Rooms of one row may use each other; `room::file` takes one file out of
/// its room and puts it elsewhere.
const ROOMS: &[&[&str]] = &[
    &["lib"],
    // An engine begins exchanges, and an exchange asks its engine.
    &["engine", "exchange"],
    &["head", "aside", "record"],
    &["effect", "facts::json"],
    &["decide", "duty", "outcome"],
    &["playbook"],
    &["recommend"],
    &["visitor"],
    &["assign"],
    &["condition"],
    &["signal"],
    // Freshness reads dates, which consent is full of.
    &["consent", "http::freshness"],
    &["html"],
    &["http"],
    // Plain words and data that know of nobody: what a host tells, what an output was touched by, bounds, codes.
    &["digest", "facts", "limits", "reason", "signal::influence", "text"],
];

/// Every `crate::room` that points up, and every room that has no place in the table.
pub(super) fn arrows(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for source in house.engine() {
        let room = room_of(&source.path);
        let Some(height) = height(&room) else {
            violations.push(Violation::new(
                &source.path,
                format!(
                    "room `{room}` has no place: give it one in xtask/src/check/rooms.rs, and in design §3"
                ),
            ));
            continue;
        };
        for (at, used) in uses(source) {
            let up = self::height(&used).is_some_and(|other| other < height);
            if up && room != "lib" && !source.is_test(source.line(at)) {
                violations.push(Violation::new(
                    source.place(at),
                    format!(
                        "`{room}` uses `{used}`, which is above it: move what both need down, or pass it in"
                    ),
                ));
            }
        }
    }
    Ok(violations)
}

/// `src/html/splice.rs` is `html::splice`, `src/html/mod.rs` is `html`.
fn room_of(path: &str) -> String {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inside.replace('/', "::")
}

/// The row of a room or of something in it; 0 is the highest.
fn height(place: &str) -> Option<usize> {
    let mut names = place.split("::");
    let room = names.next().unwrap_or_default();
    let file = names.next().map(|file| format!("{room}::{file}")).unwrap_or_default();
    let row = |name: &str| ROOMS.iter().position(|row| row.contains(&name));
    row(&file).or_else(|| row(room))
}

/// The rooms that a file names, as `crate::room`, `crate::{room, …}` or by climbing up with `super`.
fn uses(source: &Source) -> Vec<(usize, String)> {
    let deep = source.path.trim_start_matches("src/").trim_end_matches("/mod.rs").split('/').count();
    let climb = "super::".repeat(deep);
    ["crate::", climb.as_str()]
        .iter()
        .flat_map(|prefix| source.find(prefix).map(|at| (at, at + prefix.len())))
        .filter(|(at, _)| !source.code[..*at].ends_with("::"))
        .flat_map(|(at, after)| names_at(&source.code[after..]).into_iter().map(move |name| (at, name)))
        .collect()
}

/// What follows `crate::`, down to two names: one place, or those of a group in braces.
fn names_at(code: &str) -> Vec<String> {
    let place = |code: &str| {
        let path = code.trim_start().split(|c: char| !is_word(c) && c != ':').next().unwrap_or_default();
        path.split("::").take(2).collect::<Vec<_>>().join("::")
    };
    let Some(group) = code.strip_prefix('{') else { return vec![place(code)] };
    let (mut depth, mut begins) = (0, vec![0]);
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => begins.push(at + 1),
            _ => {}
        }
    }
    begins.into_iter().map(|begin| place(&group[begin..])).filter(|place| !place.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_name_their_places() {
        assert_eq!(names_at("html::splice::Edit;"), ["html::splice"]);
        assert_eq!(names_at("{html::{a, b}, limits, http::x};"), ["html::", "limits", "http::x"]);
        assert_eq!(names_at("{\n    html,\n    reason::Reason,\n};"), ["html", "reason::Reason"]);
    }

    #[test]
    fn a_file_knows_its_height() {
        for (path, room) in
            [("src/html/mod.rs", "html"), ("src/html/splice.rs", "html::splice"), ("src/reason.rs", "reason")]
        {
            assert_eq!(room_of(path), room);
        }
        assert!(height("exchange") < height("html::splice"));
        assert!(
            height("signal::guarded") < height("signal::influence"),
            "one file may lie lower than its room"
        );
        assert_eq!(height("html::"), height("html"));
        assert_eq!(height("attic"), None);
    }
}
