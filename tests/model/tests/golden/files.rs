//! The cases and what their files expect.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

/// A file of `fixtures/cases`.
pub struct File {
    /// Its folder and name, without `.json`.
    pub name: String,
    /// What is in it.
    pub case: Json,
    /// The source of its playbook.
    pub playbook: Json,
    /// What it expects of each step.
    pub told: Vec<Json>,
}

impl File {
    /// What is said of a case that differs, with the command that compares it again.
    pub fn failed(&self, why: &str) -> String {
        format!(
            "{}: {why}\n    alone: PARVIS_GOLDEN={0} cargo test -p parvis-model --test golden files_and_model_agree",
            self.name
        )
    }
}

/// All cases, in the order of their names.
pub fn all() -> Vec<File> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let cases = std::env::var_os("PARVIS_CASES").map_or_else(|| fixtures.join("cases"), PathBuf::from);
    let features = entries(&cases).into_iter().filter(|path| path.is_dir());
    let mut paths: Vec<PathBuf> = features.flat_map(|feature| entries(&feature)).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &Path| -> Json {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let file = |path: PathBuf| {
        let case = read(&path);
        let playbook = case["playbook"].as_str().expect("the name of a playbook");
        let playbook = read(&fixtures.join("playbooks/valid").join(format!("{playbook}.json")));
        let told =
            case["steps"].as_array().expect("steps").iter().map(|step| step["expect"].clone()).collect();
        let name =
            path.strip_prefix(&cases).expect("a file of a case").with_extension("").display().to_string();
        File { name, case, playbook, told }
    };
    paths.into_iter().map(file).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("a readable folder").path()).collect()
}
