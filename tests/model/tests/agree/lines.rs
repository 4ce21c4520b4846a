use std::fs;
use std::path::Path;

/// A model as long as what it models would have the same mistakes. Lines that hold code count, neither blank nor a comment
/// alone, at most 120 letters wide; the model and what it says of the cases have a twentieth of the engine's each. What asks
/// it, tests and what draws random playbooks do not count.
#[test]
fn the_model_has_a_twentieth_of_the_engines_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let engine = lines(&root.join("../../src"), "rs");
    for folder in ["model", "golden"] {
        let lines = lines(&root.join(folder), "mjs");
        println!("{lines} lines in `{folder}`, {engine} in the engine");
        assert!(lines * 20 <= engine, "{lines} lines in `{folder}`, {engine} in the engine");
    }
}

fn lines(folder: &Path, ending: &str) -> usize {
    let mut sum = 0;
    for file in fs::read_dir(folder).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            sum += lines(&path, ending);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = fs::read_to_string(&path).expect("text");
            // The engine's own tests stand behind its code.
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let code = text.lines().map(str::trim).filter(|line| {
                let comments = ["//", "/*", "* ", "*/"];
                !line.is_empty() && *line != "*" && !comments.iter().any(|comment| line.starts_with(comment))
            });
            let wide = |line: &&str| assert!(ending == "rs" || line.chars().count() <= 120, "{line}");
            sum += code.inspect(wide).count();
        }
    }
    sum
}
