//! The runner itself: what is planted in an expectation or in an answer is found.

use std::path::Path;

use anyhow::Result;
use parvis_cases::engine::Direct;
use parvis_cases::{Answer, Case, Expected, Host, Step, case, check, counts, differ, harness, story};
use serde_json::{Value, json};

/// Values replaced by `null` and played whole.
const PLACES: usize = 50;

/// A case as it is in its file, and what the engine answers to each of its steps.
struct Played {
    name: String,
    file: Value,
    answers: Vec<Value>,
}

fn cases() -> Vec<Case> {
    let files = case::files(&case::folder()).unwrap();
    files.iter().map(|path| Case::read(path).unwrap()).collect()
}

fn played() -> Vec<Played> {
    let host = Direct::default();
    let play = |path: &std::path::PathBuf| {
        let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let case = Case::read(path).unwrap();
        let mut answers = Vec::new();
        story(&case, &host, |_, _, got| {
            answers.push(serde_json::to_value(got)?);
            Ok(())
        })
        .unwrap();
        Played { name: case.name, file, answers }
    };
    case::files(&case::folder()).unwrap().iter().map(play).collect()
}

/// Pointers to every value in `json` that is not `null`, at every depth.
fn places(pointer: &str, json: &Value, found: &mut Vec<String>) {
    if json.is_null() {
        return;
    }
    found.push(pointer.to_owned());
    match json {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(&format!("{pointer}/{name}"), value, found);
            });
        }
        Value::Array(values) => values
            .iter()
            .enumerate()
            .for_each(|(index, value)| places(&format!("{pointer}/{index}"), value, found)),
        _ => {}
    }
}

/// Every value of every expectation: which case, which step, where.
fn everywhere(played: &[Played]) -> Vec<(usize, usize, String)> {
    let mut all = Vec::new();
    for (number, case) in played.iter().enumerate() {
        for (step, _) in case.answers.iter().enumerate() {
            let mut found = Vec::new();
            places("", case.file.pointer(&format!("/steps/{step}/expect")).unwrap(), &mut found);
            all.extend(found.into_iter().map(|pointer| (number, step, pointer)));
        }
    }
    all
}

/// The expectation of a step in which the value at `pointer` is `null`.
fn nulled(case: &Played, step: usize, pointer: &str) -> Value {
    let mut expect = case.file.pointer(&format!("/steps/{step}/expect")).unwrap().clone();
    *expect.pointer_mut(pointer).unwrap() = Value::Null;
    expect
}

#[test]
fn any_value_replaced_by_null_is_a_difference() {
    let played = played();
    let all = everywhere(&played);
    for (number, step, pointer) in &all {
        let case = &played[*number];
        let passes = Expected::read(&nulled(case, *step, pointer)).is_ok_and(|expected| {
            differ::all(&serde_json::to_value(expected).unwrap(), &case.answers[*step]).is_empty()
        });
        assert!(!passes, "{} step {}: null at {pointer} passes", case.name, step + 1);
    }
    assert!(all.len() > 10 * played.len(), "only {} values", all.len());
}

#[test]
fn fifty_values_replaced_by_null_fail_as_files() {
    let folder = harness::tempdir("null").unwrap();
    let played = played();
    let all = everywhere(&played);
    let mut random: u64 = 13;
    for _ in 0..PLACES {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (number, step, pointer) = &all[usize::try_from(random >> 33).unwrap() % all.len()];
        let case = &played[*number];
        let mut file = case.file.clone();
        *file.pointer_mut(&format!("/steps/{step}/expect")).unwrap() = nulled(case, *step, pointer);
        let path = harness::plant(&folder, &case.name, &file).unwrap();
        let played = parvis_cases::engine::suite(folder.clone()).attempt(&path);
        assert!(played.is_err(), "{} step {}: null at {pointer} passes", case.name, step + 1);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The engine with something done to each answer.
struct Planted {
    engine: Direct,
    plant: fn(&mut Answer),
}

impl Host for Planted {
    fn plays_the_browser(&self) -> bool {
        true
    }

    fn answer(&self, case: &Case, step: &Step, cookies: &str) -> Result<Answer> {
        let mut answer = self.engine.answer(case, step, cookies)?;
        (self.plant)(&mut answer);
        Ok(answer)
    }
}

fn line(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// Where a plant is found, and the plant.
type Plant = (&'static str, fn(&mut Answer));

/// What is planted in the answer of every case.
const PLANTS: [Plant; 10] = [
    ("headers.x-more is", |answer| answer.headers.push(line("x-more", "1"))),
    ("headers.content-type is [", |answer| answer.headers.push(line("content-type", "text/plain"))),
    ("headers.content-type is not there", |answer| answer.headers.retain(|(name, _)| name != "content-type")),
    ("cookies is", |answer| answer.headers.push(line("set-cookie", "more=1; Path=/"))),
    ("origin_sees.x-more is", |answer| answer.origin_saw.as_mut().unwrap().push(line("x-more", "1"))),
    ("origin_sees.user-agent is [", |answer| {
        let again =
            answer.origin_saw.as_ref().unwrap().iter().find(|(name, _)| name == "user-agent").cloned();
        answer.origin_saw.as_mut().unwrap().extend(again);
    }),
    ("origin_sees is not there", |answer| answer.origin_saw = None),
    ("record.more is", |answer| answer.record["more"] = json!(0)),
    ("record.blocks.further is", |answer| answer.record["blocks"]["further"] = json!("matched")),
    ("status is 299", |answer| answer.status = 299),
];

#[test]
fn whatever_an_answer_has_more_or_less_fails() {
    let whole = cases().into_iter().filter(|case| {
        let step = &case.steps[0].expect;
        ["/origin_sees/user-agent", "/headers/content-type", "/headers/server-timing", "/record/blocks"]
            .iter()
            .all(|place| step.pointer(place).is_some())
    });
    // One in five, so that it stays a matter of a second.
    let whole: Vec<Case> = whole.step_by(5).collect();
    assert!(whole.len() > 30, "only {}", whole.len());
    for (found, plant) in PLANTS {
        let host = Planted { engine: Direct::default(), plant };
        for case in &whole {
            let error = format!("{:#}", check(case, &host).expect_err(found));
            assert!(
                error.contains(&format!("\n  {found}")),
                "{} does not tell `{found}`:\n{error}",
                case.name
            );
        }
    }
}

#[test]
fn a_browser_that_says_more_or_less_fails() {
    let plants: [fn(&mut Answer); 3] = [
        |answer| answer.browser["more"] = json!(0),
        |answer| answer.browser["blocks"]["more"] = json!({}),
        |answer| answer.browser = Value::Null,
    ];
    let browsers: Vec<Case> = cases().into_iter().filter(Case::is_in_browsers).collect();
    assert!(!browsers.is_empty());
    for plant in plants {
        let host = Planted { engine: Direct::default(), plant };
        browsers.iter().for_each(|case| assert!(check(case, &host).is_err(), "{}", case.name));
    }
}

/// What is in no format: a name that is not known, a value that is `null`, a body that is told twice or not at all.
#[test]
fn what_is_not_in_the_format_fails() {
    let path = case::folder().join("caps/cap.json");
    let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let with = |pointer: &str, name: &str, value: Value| {
        let mut file = file.clone();
        file.pointer_mut(pointer).unwrap()[name] = value;
        Case::from_json(&path, file).and_then(|case| check(&case, &Direct::default()))
    };
    assert!(with("/steps/0/expect", "status", json!(200)).is_ok());
    for (pointer, name, value) in [
        ("", "more", json!(1)),
        ("/steps/0", "more", json!(1)),
        ("/steps/0/expect", "more", json!(1)),
        ("/steps/0/expect", "more", json!(null)),
        ("/steps/0/expect", "browser", json!(null)),
        ("/steps/0/expect", "browser", json!({})),
        ("/steps/0/expect", "same_body", json!(true)),
        ("/steps/0/expect/headers", "x-more", json!(null)),
        ("/steps/0/expect/headers", "x-more", json!([])),
        ("/steps/0/expect/origin_sees", "x-more", json!("$sent")),
        ("/steps/0/expect/origin_sees", "user-agent", json!(["$sent", "$sent"])),
        ("/steps/0/expect/record", "bytes", json!(0)),
        ("/steps/0/expect/record", "more", json!(null)),
    ] {
        assert!(with(pointer, name, value.clone()).is_err(), "{pointer}/{name}: {value} passes");
    }
}

/// What a case says of itself: nothing, something that no host hears, or something that goes without saying.
#[test]
fn a_file_that_checks_less_than_it_seems_to_fails() {
    let folder = harness::tempdir("seems").unwrap();
    let file: Value =
        serde_json::from_slice(&std::fs::read(case::folder().join("caps/cap.json")).unwrap()).unwrap();
    let played = |name: &str, pointer: &str, value: Value| {
        let mut file = file.clone();
        let (around, member) = pointer.rsplit_once('/').unwrap();
        file.pointer_mut(around).unwrap()[member] = value;
        let path = harness::plant(&folder, name, &file).unwrap();
        let played = parvis_cases::engine::suite(folder.clone()).attempt(&path);
        played.map(drop).map_err(|failed| failed.message().unwrap_or_default().to_owned())
    };
    assert!(played("caps/cap", "/keys", json!(true)).is_ok());
    for (pointer, value, said) in [
        ("/what", json!(" "), "`what` says nothing"),
        ("/steps", json!([]), "there are no steps"),
        ("/hosts", json!([]), "`hosts` names none"),
        ("/hosts", json!(["edge", "broswer"]), "names `broswer`"),
        ("/hosts", json!(["edge", "edge"]), "names `edge` twice"),
        ("/steps/1/forgets", json!(["nothing"]), "step 2 forgets `nothing`"),
        (
            "/steps/1/expect",
            json!(null),
            "step 2 has no `expect`: `cargo run -p parvis-cases -- accept caps/cap`",
        ),
        (
            "/steps/1/expect/same_body",
            json!(false),
            "step 2 says what goes without saying: leave out same_body",
        ),
    ] {
        let failed = played("caps/cap", pointer, value.clone()).expect_err(pointer);
        assert!(failed.contains(said), "{pointer}: {value} fails, but not so: {said}\n{failed}");
    }
    for name in ["caps/20-cap", "caps/Cap", "caps/cap; ls", "caps/+cap", "Caps/cap", "0/cap"] {
        assert!(played(name, "/keys", json!(true)).is_err(), "{name} passes");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_case_that_comes_or_goes_fails_the_count() {
    let folder = harness::tempdir("counts").unwrap();
    for file in case::files(&case::folder()).unwrap() {
        let copy = folder.join(file.strip_prefix(case::folder()).unwrap());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(&file, copy).unwrap();
    }
    let all = |passes: bool| assert_eq!(counts::check(&folder).is_ok(), passes);
    std::fs::copy(counts::file(&case::folder()), folder.join("counts.txt")).unwrap();
    all(true);
    let come = folder.join("caps/more.json");
    std::fs::rename(everyone(&folder), folder.join("kept")).unwrap();
    all(false);
    std::fs::rename(folder.join("kept"), &come).unwrap();
    all(true);
    let again = folder.join("caps/even-more.json");
    std::fs::copy(&come, &again).unwrap();
    all(false);
    assert!(counts::write(&folder).unwrap());
    all(true);
    let table = std::fs::read_to_string(folder.join("counts.txt")).unwrap();
    std::fs::write(folder.join("counts.txt"), format!("{table}moon 1 cases 1 steps\n")).unwrap();
    all(false);
    // Of two cases with one name, and of one in no folder, nobody knows which is counted.
    for (other, said) in [("consent/more.json", "have one name"), ("more.json", "lies in no folder")] {
        std::fs::copy(&come, folder.join(other)).unwrap();
        let error = counts::table(&folder).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        std::fs::remove_file(folder.join(other)).unwrap();
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A case that every host plays.
fn everyone(folder: &Path) -> std::path::PathBuf {
    let mut files = case::files(folder).unwrap().into_iter();
    files.find(|path| case::HOSTS.iter().all(|host| Case::read(path).unwrap().runs_on(host))).unwrap()
}
