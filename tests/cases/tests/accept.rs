//! `cargo run -p parvis-cases -- accept`: what it writes, and when it leaves a file alone.

use std::path::{Path, PathBuf};

use anyhow::Result;
use parvis_cases::accept::{self, Accepted};
use parvis_cases::engine::Direct;
use parvis_cases::{Answer, Case, Host, Step, case, counts, harness};
use serde_json::Value;

/// A case whose second step was written without `expect`, as somebody writes a new one; its file, and what is in it.
fn new_case(folder: &str) -> (PathBuf, Value) {
    let mut file: Value =
        serde_json::from_slice(&std::fs::read(case::folder().join("caps/cap.json")).unwrap()).unwrap();
    file["steps"][1].as_object_mut().unwrap().remove("expect");
    let path = harness::plant(&harness::tempdir(folder).unwrap(), "caps/cap", &file).unwrap();
    (path, file)
}

/// The folder of all cases in which the case of a file lies.
fn cases(path: &Path) -> &Path {
    path.parent().and_then(Path::parent).unwrap()
}

fn written(path: &PathBuf) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_new_case_is_written_as_it_is_expected() {
    let (path, _) = new_case("accept-new");
    let expected = written(&case::folder().join("caps/cap.json"));
    assert!(Case::read(&path).is_err());
    assert_eq!(
        accept::one(&path, &Direct::default()).unwrap(),
        Accepted::Written("step 2 is new".to_owned())
    );
    assert_eq!(written(&path), expected);
    assert_eq!(accept::one(&path, &Direct::default()).unwrap(), Accepted::Unchanged);
    std::fs::remove_dir_all(cases(&path)).unwrap();
}

/// An engine that answers wrongly.
struct Wrong(Direct);

impl Host for Wrong {
    fn plays_the_browser(&self) -> bool {
        true
    }

    fn answer(&self, case: &Case, step: &Step, cookies: &str) -> Result<Answer> {
        let mut answer = self.0.answer(case, step, cookies)?;
        answer.headers.retain(|(name, _)| name != "cache-control");
        Ok(answer)
    }
}

#[test]
fn what_the_model_would_not_answer_is_not_written() {
    let (path, file) = new_case("accept-wrong");
    let accepted = accept::one(&path, &Wrong(Direct::default())).unwrap();
    let Accepted::Refused(why) = accepted else { panic!("{accepted:?}") };
    assert!(why.contains("step 2, `headers.cache-control`: the case says nothing"), "{why}");
    assert_eq!(written(&path), file);
    std::fs::remove_dir_all(cases(&path)).unwrap();
}

#[test]
fn a_name_that_no_case_has_is_an_error() {
    let (path, file) = new_case("accept-name");
    let folder = cases(&path);
    let names = ["cap".to_owned(), "cpa".to_owned()];
    let error = accept::all(folder, &names, |line| panic!("{line}")).unwrap_err();
    assert_eq!(error.to_string(), "no case has `cpa` in its name");
    assert_eq!(written(&path), file);
    assert!(!counts::file(folder).exists(), "nothing else is written either");
    std::fs::remove_dir_all(folder).unwrap();
}
