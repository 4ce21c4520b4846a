//! `parvis consent` against the vectors of `fixtures/consent/vectors.json`, and its behavior as a command.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const NOW: &str = "2026-11-21T12:00:00.000Z";

fn parvis(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis"))
        .arg("consent")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may end before it has read everything, as it does on wrong usage.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn question(vector: &Value) -> Value {
    let context = &vector["context"];
    let mut line = json!({
        "id": vector["id"], "cookies": vector["cookies"], "headers": vector["headers"],
        "region": context["jurisdiction"].as_str().unwrap_or("FR"), "now": context["now"].as_str().unwrap_or(NOW),
        "localStorage": vector["localStorage"],
    });
    if context["measurementExempt"] == true {
        line["measurement_exempt"] = json!(true);
    }
    line
}

fn source<'a>(answer: &'a Value, name: &str) -> &'a Value {
    answer["sources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|source| source["source"] == name)
        .unwrap_or(&Value::Null)
}

#[test]
fn every_vector() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../fixtures/consent/vectors.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    let input: String = vectors.iter().map(|vector| format!("{}\n", question(vector))).collect();
    let output = parvis(&["--batch", "-"], &input);
    assert!(output.status.success());
    let answers = lines(&output);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        let (id, expected) = (&vector["id"], &vector["expected"]);
        let kind = vector["kind"].as_str().unwrap();
        assert_eq!(&answer["id"], id);
        match kind {
            "resolve" => {
                assert_eq!(answer["gpc"], expected["gpc"], "{id}");
                for (purpose, decision) in expected["decisions"].as_object().unwrap() {
                    let state = match expected["states"][purpose].as_str().unwrap() {
                        "G" => "granted",
                        "D" => "denied",
                        _ => "unknown",
                    };
                    assert_eq!(&answer["purposes"][purpose]["decision"], decision, "{id} {purpose}");
                    assert_eq!(answer["purposes"][purpose]["state"], state, "{id} {purpose}");
                }
            }
            "gpc" => assert_eq!(answer["gpc"], expected["gpc"], "{id}"),
            "tcf" => {
                let decoded = &source(answer, "tcf")["decoded"];
                // The vector's own note lets a reader skip an undefined segment.
                let either = *id == "tcf-088-unknown-segment-type-5";
                if either {
                    continue;
                }
                assert!(decoded.is_null() || expected["error"].is_null(), "{id}");
                for (field, value) in expected.as_object().unwrap() {
                    if !decoded.is_null() && !["note", "segmentTypes"].contains(&field.as_str()) {
                        assert_eq!(&decoded[field], value, "{id} {field}");
                    }
                }
            }
            "usprivacy" => {
                let valid = source(answer, "us_privacy")["valid"].as_bool().unwrap();
                assert_eq!(valid, expected["strict"] != "invalid", "{id}");
            }
            "gpp" if expected["error"].is_null() => {
                let decoded = &source(answer, "gpp")["decoded"];
                assert_eq!(decoded["headerSectionIds"], expected["headerSectionIds"], "{id}");
                for (name, fields) in expected["sections"].as_object().unwrap() {
                    for (field, value) in fields.as_object().unwrap() {
                        let mine = &decoded["sections"][name][field];
                        // The reference shows segments that are absent as if they were all false.
                        assert!(mine.is_null() || mine == value, "{id} {name} {field}");
                    }
                }
            }
            _ => {
                if let (Some(name), Some(made)) =
                    (kind.strip_prefix("cmp:"), expected["choiceMade"].as_bool())
                {
                    assert_eq!(source(answer, name)["choice_made"] == true, made, "{id}");
                }
            }
        }
    }
}

#[test]
fn a_malformed_line_is_told_and_the_rest_goes_on() {
    let input = "{\"id\":\"one\"}\n{\"id\":2,\"now\":\"yesterday\"}\nnot json\n[]\n{\"id\":5,\"cookies\":7}\n\n{\"id\":\"six\",\"region\":\"US-CA\"}\n";
    let output = parvis(&["--batch", "-", "--now", NOW], input);
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(
        answers.iter().map(|answer| answer["error"].is_string()).collect::<Vec<_>>(),
        [false, true, true, true, true, false]
    );
    assert_eq!(answers[1]["id"], 2);
    assert_eq!(answers[5]["regime"], "opt-out");
}

#[test]
fn wrong_usage_is_told_apart() {
    for arguments in [
        &["--batch", "/nowhere/at/all"][..],
        &["--now", "yesterday"],
        &["--region", "France"],
        &["--header", "Sec-GPC"],
        &["--playbook", "/nowhere"],
    ] {
        assert_eq!(parvis(arguments, "").status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_same_in_words() {
    let cookie = "OptanonConsent=interactionCount=1&groups=C0001%3A1%2CC0002%3A1%2CC0003%3A0; OptanonAlertBoxClosed=2026-10-01T08:00:00Z; klaro=%7";
    let output = parvis(&["--explain", "--region", "FR", "--now", NOW, "--cookie", cookie], "");
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    for sentence in [
        "personalization across visits: refused in OneTrust on 1 October 2026, group C0003",
        "counting what is shown: allowed in OneTrust on 1 October 2026, group C0002",
        "joining with customer data: not allowed, because nobody agreed to it",
        "Klaro in `klaro` was not used: what was stored does not have the form it should have",
    ] {
        assert!(words.lines().any(|line| line == sentence), "{sentence}\n{words}");
    }
}

/// What is said about one visitor: region, cookies, `Sec-GPC`, playbook, and sentences that must be among the answer's.
type Told = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, &'static [&'static str]);

const TOLD: &[Told] = &[
    (
        "FR",
        "cmplz_preferences=deny; cmplz_statistics=allow; euconsent-v2=CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA",
        None,
        None,
        &[
            "region FR: only what the visitor agreed to is allowed, for 184 days",
            "reading and writing on the device: allowed in the TC string on 1 October 2026, TCF purpose 1 (store and access information on a device); so in Complianz",
            "personalization across visits: refused in Complianz, category preferences; the TC string said yes and lost, because a no wins",
            "passing data to third parties: allowed in the TC string on 1 October 2026, TCF purposes 3 and 4 (create and use profiles for advertising)",
        ],
    ),
    (
        "US-CA",
        "usprivacy=1ynn; gpp=DBABLA~CVQVAAAAAACA.YA",
        Some("1"),
        None,
        &[
            "region US-CA: all is allowed that the visitor did not refuse, but precise location; the visitor sends Global Privacy Control",
            "personalization within the visit: allowed, because nobody refused it",
            "joining with customer data: refused in the US Privacy string, which cannot be read and so counts as a no (what was stored does not have the form it should have); so in Global Privacy Control and section usnat of the GPP string",
            "the US Privacy string in `usprivacy` counts as a no to sale and to joining data: what was stored does not have the form it should have",
        ],
    ),
    (
        "US-CO",
        "gpp=DBABLA~CVQVAAAAAACA",
        Some("1, 1"),
        None,
        &[
            "passing data to third parties: refused in Global Privacy Control; so in section usnat of the GPP string; only the visitor's own later answer to a notice about it could change that, for sale in the US",
            "`Sec-GPC: 1, 1` is not the signal, but refuses what it refuses: only 1 is",
        ],
    ),
    (
        "FR",
        "cc_cookie=%7B%22categories%22%3A%5B%22functionality%22%5D%2C%22consentTimestamp%22%3A%222026-01-01T00%3A00%3A00Z%22%7D; usprivacy=1YNN; CookieConsent=-1",
        None,
        None,
        &[
            "personalization across visits: not allowed, because the agreement in vanilla-cookieconsent of 1 January 2026 is older than 184 days and must be asked for again",
            "passing data to third parties: not allowed, because not opting out, as in the US Privacy string, is no agreement here",
            "Cookiebot in `CookieConsent` is no choice: nobody answered yet",
        ],
    ),
    (
        "NL",
        "klaro=%7B%22reco%22%3Atrue%7D; tarteaucitron=!other=true",
        None,
        Some("08-consent"),
        &[
            "personalization across visits: allowed in Klaro, service reco",
            "tarteaucitron in `tarteaucitron` is a choice, but about nothing that the playbook gives a meaning: name its entries in `consent.meanings.tarteaucitron`",
        ],
    ),
    (
        "US-CA",
        "euconsent-v2=CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAAAAAAAAA",
        None,
        None,
        &[
            "region US-CA: only what the visitor agreed to is allowed, for 184 days, since a TC string says that European law applies",
            "personalization across visits: refused in the TC string on 1 October 2026, not all of TCF purposes 1, 5 and 6 (create and use profiles for content)",
        ],
    ),
    (
        "US-CA",
        "gpp=DBABLA~CVQVAAAAAACA",
        None,
        None,
        &[
            "passing data to third parties: refused in section usnat of the GPP string, SaleOptOut 1, SharingOptOut 1 and TargetedAdvertisingOptOut 1",
        ],
    ),
];

#[test]
fn every_kind_of_answer_in_words() {
    for (region, cookie, gpc, playbook, expected) in TOLD {
        let header = gpc.map(|gpc| format!("Sec-GPC: {gpc}"));
        let playbook = playbook
            .map(|name| format!("{}/../../fixtures/playbooks/valid/{name}.json", env!("CARGO_MANIFEST_DIR")));
        let mut arguments = vec!["--explain", "--region", region, "--now", NOW, "--cookie", cookie];
        arguments.extend(header.iter().flat_map(|header| ["--header", header]));
        arguments.extend(playbook.iter().flat_map(|playbook| ["--playbook", playbook]));
        let output = parvis(&arguments, "");
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        for sentence in *expected {
            assert!(words.lines().any(|line| line == *sentence), "{sentence}\n{words}");
        }
    }
}

#[test]
fn the_record_of_a_purpose_proves_the_choice_without_the_string() {
    let tc = "CQraFkAQraFkAEsACBFRB4FsAP_gAEPgAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.f_wACHwAAAAA";
    let line = json!({"id": 1, "region": "FR", "now": NOW, "cookies": {"euconsent-v2": tc, "cmplz_statistics": "allow", "cmplz_marketing": "deny"}, "headers": {"sec-gpc": "1"}});
    let answer = &lines(&parvis(&["--batch", "-"], &format!("{line}\n")))[0];
    let visit = &answer["purposes"]["session_personalization"];
    assert_eq!(
        *visit,
        json!({"state": "granted", "decision": "allow", "basis": "consent", "source": "tcf-pub",
            "decided_at": "2026-10-01T00:00:00.000Z", "observed_at": NOW, "explicit": true, "policy_version": 5,
            "raw_digest": "b9671dff064bebfe", "agreeing": [], "conflicts": []})
    );
    let sale = &answer["purposes"]["sale_share"];
    assert_eq!(
        (&sale["source"], &sale["agreeing"], &sale["conflicts"]),
        (&json!("gpc"), &json!(["cmp:complianz"]), &json!(["tcf-pub"]))
    );
    assert!(!answer["purposes"].to_string().contains(tc));
    assert_eq!(answer["purposes"]["precise_geo"]["raw_digest"], visit["raw_digest"]);
    assert_eq!(answer["purposes"]["necessary"]["raw_digest"], Value::Null);
}

/// Odd forms of every flag, each with the purposes that facts/consent.md allows for it.
#[test]
fn odd_lines_are_answered_as_the_facts_say() {
    let input = include_str!("../../../fixtures/consent/asked.ndjson");
    let answers = lines(&parvis(&["--batch", "-"], input));
    let asked: Vec<Value> = input.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(asked.len() > 90 && asked.len() == answers.len());
    for (line, answer) in asked.iter().zip(&answers) {
        let allowed: Vec<&str> = parvis::consent::purpose::Purpose::ALL
            .iter()
            .map(|purpose| purpose.name())
            .filter(|name| answer["purposes"][name]["decision"] != "block")
            .collect();
        assert_eq!(json!(allowed), line["expect"]["allowed"], "{}", line["id"]);
        for field in ["gpc", "regime"] {
            assert!(
                line["expect"][field].is_null() || answer[field] == line["expect"][field],
                "{}",
                line["id"]
            );
        }
    }
}

#[test]
fn a_cookie_header_too_long_to_be_read_counts_as_an_opt_out() {
    let long = format!("a={}; usprivacy=1YNN", "x".repeat(40_000));
    let line = json!({"id": 1, "region": "US-CA", "now": NOW, "headers": {"cookie": long}});
    let answer = &lines(&parvis(&["--batch", "-"], &format!("{line}\n")))[0];
    assert_eq!(answer["purposes"]["sale_share"]["source"], "cookies");
    assert_eq!(answer["purposes"]["profile"]["decision"], "block");
    assert_eq!(answer["purposes"]["session_personalization"]["decision"], "allow");
    assert_eq!(source(answer, "cookies")["error"], "value-too-long");
}
