//! Inside the engine arrows point one way: a room uses what is below it, never what is above.

use super::source::{Source, is_word};
use super::{House, Violation};

/// The rooms from the top down (design §3). Rooms of one row may use each other.
const ROOMS: [&[&str]; 15] = [
    &["lib"],
    &["engine"],
    &["exchange"],
    &["effect", "facts"],
    &["decide", "outcome"],
    &["playbook"],
    &["recommend"],
    &["visitor"],
    &["assign"],
    &["condition"],
    &["signal"],
    &["consent"],
    &["html"],
    &["http"],
    &["limits", "reason", "record"],
];

/// Every `crate::room` that points up, and every room that has no place in the table.
pub(super) fn arrows(house: &House) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for source in house.engine() {
        let room = room_of(&source.path);
        let Some(height) = height(room) else {
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

/// `src/html/splice.rs` and `src/html.rs` are both of the room `html`.
fn room_of(path: &str) -> &str {
    let inside = path.trim_start_matches("src/");
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

fn height(room: &str) -> Option<usize> {
    ROOMS.iter().position(|row| row.contains(&room))
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

/// The first names of what follows `crate::`: one, or those of a group in braces.
fn names_at(code: &str) -> Vec<String> {
    let Some(group) = code.strip_prefix('{') else {
        let end = code.find(|c| !is_word(c)).unwrap_or(code.len());
        return vec![code[..end].to_owned()];
    };
    let mut names = vec![String::new()];
    let (mut depth, mut first) = (0, true);
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(String::new());
                first = true;
            }
            c if depth == 0 && first && is_word(c) => {
                names.iter_mut().last().into_iter().for_each(|name| name.push(c))
            }
            c if c.is_whitespace() => {}
            _ => first = false,
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_name_their_first_words() {
        assert_eq!(names_at("html::splice;"), ["html"]);
        assert_eq!(names_at("{html::{a, b}, limits, http::x};"), ["html", "limits", "http"]);
        assert_eq!(names_at("{\n    html,\n    reason::Reason,\n};"), ["html", "reason", ""]);
    }

    #[test]
    fn a_file_knows_its_room() {
        for (path, room) in
            [("src/html/mod.rs", "html"), ("src/html/splice.rs", "html"), ("src/reason.rs", "reason")]
        {
            assert_eq!(room_of(path), room);
        }
        assert!(height("engine") < height("html"));
    }
}
