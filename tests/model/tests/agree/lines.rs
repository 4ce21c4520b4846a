//! The model stays naive enough to be read: at most 700 lines of code.

use std::fs;

/// Lines of the model that hold code: what is neither blank nor a comment alone, at most 120 letters wide. What asks it, tests
/// and what draws random playbooks do not count.
#[test]
fn the_model_has_at_most_700_lines() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/model");
    let mut sum = 0;
    for file in fs::read_dir(folder).expect("the model's folder") {
        let path = file.expect("a file of the model").path();
        let text = fs::read_to_string(&path).expect("text");
        let code = text.lines().map(str::trim).filter(|line| {
            !line.is_empty()
                && !["//", "/*", "* ", "*/"].iter().any(|comment| line.starts_with(comment))
                && *line != "*"
        });
        let lines = code.inspect(|line| assert!(line.chars().count() <= 120, "{line}")).count();
        println!("{lines:4} {}", path.display());
        sum += lines;
    }
    println!("{sum:4} lines");
    assert!(sum <= 700, "{sum} lines");
}
