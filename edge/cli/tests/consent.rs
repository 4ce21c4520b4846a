//! `parvis consent` against the vectors of `fixtures/consent/vectors.json`, and its behavior as a command.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failing test may panic")]

mod consent_vectors;
mod consent_words;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use consent_vectors::{fewest, places, problems, source};
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
    // It answers while it reads: whoever writes everything first may wait for it forever. The command may end before it has
    // read everything, as it does on wrong usage.
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    })
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

/// The vectors, and what is answered to each.
fn vectors() -> (Vec<Value>, Vec<Value>) {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../fixtures/consent/vectors.json")).unwrap();
    let input: String = vectors.iter().map(|vector| format!("{}\n", question(vector))).collect();
    let output = parvis(&["--batch", "-"], &input);
    assert!(output.status.success());
    let answers = lines(&output);
    assert_eq!(answers.len(), vectors.len());
    (vectors, answers)
}

#[test]
fn every_vector() {
    let (vectors, answers) = vectors();
    let mut counts = std::collections::BTreeMap::new();
    let mut all = Vec::new();
    for (vector, answer) in vectors.iter().zip(&answers) {
        *counts.entry(vector["kind"].as_str().unwrap()).or_insert(0) += 1;
        let told = problems(vector, answer).into_iter().map(|problem| format!("{}: {problem}", vector["id"]));
        all.extend(told);
    }
    assert!(all.is_empty(), "{} problems\n{}", all.len(), all.join("\n"));
    let fewest = fewest();
    assert!(counts.keys().copied().eq(fewest.keys()), "kinds: {:?}", counts.keys());
    for (kind, count) in counts {
        assert!(count >= fewest[kind], "{count} vectors of {kind}, there were {}", fewest[kind]);
    }
}

/// No value that a vector expects can be left out, and no answer passes by not being there.
#[test]
fn every_value_of_every_vector_counts() {
    let (vectors, answers) = vectors();
    let mut count = 0;
    for (vector, answer) in vectors.iter().zip(&answers) {
        for place in places(vector) {
            let mut blank = vector.clone();
            *blank.pointer_mut(&format!("/expected{place}")).unwrap() = Value::Null;
            assert!(!problems(&blank, answer).is_empty(), "{} {place} is not compared", vector["id"]);
            count += 1;
        }
        let mut silent = answer.clone();
        for entry in silent["sources"].as_array_mut().unwrap() {
            entry["decoded"] = Value::Null;
        }
        let says = answer["sources"].as_array().unwrap().iter().any(|entry| !entry["decoded"].is_null());
        let by_purposes = ["resolve", "gpc"].contains(&vector["kind"].as_str().unwrap());
        if says && !by_purposes {
            let compared =
                vector["id"] != "gpp-059-no-header" && vector["id"] != "tcf-088-unknown-segment-type-5";
            assert_eq!(!problems(vector, &silent).is_empty(), compared, "{}", vector["id"]);
        }
        assert!(!problems(vector, &json!({"id": vector["id"], "sources": [], "purposes": {}})).is_empty());
    }
    assert!(count >= 2601, "{count} values are compared");
}

/// A list of segments with one more, a field that is left out where nothing is expected in it, and one that there is not: each
/// looks like an expectation that holds.
#[test]
fn a_tc_string_that_is_expected_otherwise_is_told() {
    let (vectors, answers) = vectors();
    let place = vectors.iter().position(|vector| vector["id"] == "tcf-049-policy-3-tcf21").unwrap();
    assert_eq!(problems(&vectors[place], &answers[place]), [""; 0]);
    let with = |change: fn(&mut Value)| {
        let mut vector = vectors[place].clone();
        change(&mut vector["expected"]);
        problems(&vector, &answers[place])
    };
    assert!(!with(|expected| expected["segmentTypes"].as_array_mut().unwrap().push(json!(2))).is_empty());
    assert!(!with(|expected| drop(expected["segmentTypes"].take())).is_empty());
    assert!(!with(|expected| expected["disclosedVendorRange"] = Value::Null).is_empty());
    for name in ["disclosedVendorRanges", "segmentTypes"] {
        let mut vector = vectors[place].clone();
        vector["expected"].as_object_mut().unwrap().remove(name).unwrap();
        assert!(!problems(&vector, &answers[place]).is_empty(), "{name} is missed by nobody");
    }
}

/// A segment of a type that nobody knows adds nothing to what the string says without it.
#[test]
fn an_unknown_segment_adds_nothing() {
    let (vectors, answers) = vectors();
    let place = vectors.iter().position(|vector| vector["id"] == "tcf-088-unknown-segment-type-5").unwrap();
    let mut without = vectors[place].clone();
    let text = without["cookies"]["euconsent-v2"].as_str().unwrap().to_owned();
    without["cookies"]["euconsent-v2"] = json!(text.rsplit_once('.').unwrap().0);
    let alone = &lines(&parvis(&["--batch", "-"], &format!("{}\n", question(&without))))[0];
    assert_eq!(source(alone, "tcf")["decoded"], source(&answers[place], "tcf")["decoded"]);
    assert!(source(alone, "tcf")["decoded"].is_object());
    let states = |answer: &Value| {
        let purposes = answer["purposes"].as_object().unwrap().values();
        purposes.map(|purpose| purpose["state"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(states(alone), states(&answers[place]));
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
        &["--storage", "ucData"],
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
        "joining with customer data: not allowed, because no answer in OneTrust has a meaning for it",
        "Klaro in `klaro` was not used: it does not have a form of Klaro that is known here",
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
            "personalization within the visit: allowed, because nothing that is known here refuses it",
            "joining with customer data: not allowed, because the US Privacy string may hold a refusal, which counts as an opt-out: it does not have the form of a US Privacy string; so in Global Privacy Control and section usnat of the GPP string",
            "the US Privacy string in `usprivacy` counts as an opt-out: it does not have the form of a US Privacy string",
        ],
    ),
    (
        "US-CO",
        "gpp=DBABLA~CVQVAAAAAACA",
        Some("1, 1"),
        None,
        &[
            "passing data to third parties: refused in Global Privacy Control; so in section usnat of the GPP string; only the visitor's own later answer to a notice about it could change that",
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
            "passing data to third parties: not allowed, because nothing agrees to it: the refusal in vanilla-cookieconsent of 1 January 2026 is older than 184 days, so that it may be asked for again",
            "Cookiebot in `CookieConsent` is no choice: nothing in it shows that somebody answered",
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
            "region US-CA: only what the visitor agreed to is allowed, for 184 days, since a TC string is stored, which is made for European law",
            "personalization across visits: refused in the TC string on 1 October 2026, not all of TCF purposes 1, 5 and 6 (create and use profiles for content)",
        ],
    ),
    (
        "US-CA",
        "gpp=DBABLA~CVQVAAAAAACA",
        None,
        None,
        &[
            "passing data to third parties: refused in section usnat of the GPP string, SaleOptOut 1 (opted out), SharingOptOut 1 (opted out) and TargetedAdvertisingOptOut 1 (opted out)",
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

/// What the sentences name is stored: entries of banners by their keys, cookies by their names, purposes of TC strings by their
/// bits; and nobody's silence is a reason only where no flag answers.
#[test]
fn no_sentence_claims_what_is_not_stored() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../fixtures/consent/vectors.json")).unwrap();
    let (mut named, mut wrong) = ([0; 3], Vec::new());
    for region in ["FR", "US-CA", "GB"] {
        let input: String = vectors
            .iter()
            .map(|vector| {
                let mut line = question(vector);
                line["region"] = json!(region);
                format!("{line}\n")
            })
            .collect();
        let answers = lines(&parvis(&["--batch", "-"], &input));
        for (vector, answer) in vectors.iter().zip(&answers) {
            let now = vector["context"]["now"].as_str().unwrap_or(NOW);
            let mut arguments: Vec<String> =
                ["--explain", "--region", region, "--now", now].map(str::to_owned).to_vec();
            for (part, option, between) in [
                ("cookies", "--cookie", "="),
                ("headers", "--header", ": "),
                ("localStorage", "--storage", "="),
            ] {
                for (name, value) in vector[part].as_object().into_iter().flatten() {
                    let value = value.as_str().unwrap();
                    arguments.extend([option.to_owned(), format!("{name}{between}{value}")]);
                }
            }
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = parvis(&arguments, "");
            assert!(output.status.success());
            let words = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut stored = consent_words::Stored::of(vector, answer);
            let told = stored.wrong(&words).into_iter();
            wrong.extend(told.map(|told| format!("{} {region}: {told}", vector["id"])));
            named = std::array::from_fn(|index| named[index] + stored.named[index]);
            let opening = words.lines().next().unwrap();
            if region == "GB" && !opening.contains("are allowed until the visitor objects") {
                wrong.push(format!("{}: an objection is not told: {opening}", vector["id"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert!(named.iter().all(|count| *count > 400), "{named:?}");
}

/// Sentences that claimed more than was stored, or the wrong reason.
#[test]
fn sentences_say_why_and_no_more() {
    let yes = "CQraFkAQraFkAEsACBFRB4FgAP_gAAAAAAqIF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAAAAAAA.IF5wCQABAAGAARAAoAEAAKgAXAAyABwBeYAA.YAAAAAAAAAAA";
    let interest = "CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.YAAAADQAAAAA";
    for (region, cookie, headers, sentence) in [
        (
            "FR",
            format!("euconsent-v2={yes}"),
            None,
            "personalization within the visit: not allowed, because no answer is known: the TC string has a yes to none of this site's own purposes, as where nobody was asked",
        ),
        (
            "FR",
            format!("euconsent-v2={yes}"),
            None,
            "passing data to third parties: not allowed, because the device may not be used, although agreed to in the TC string on 1 October 2026, TCF purposes 3 and 4 (create and use profiles for advertising)",
        ),
        (
            "FR",
            format!("euconsent-v2={interest}"),
            Some("Sec-GPC: 1"),
            "counting what is shown: refused by Global Privacy Control, which objects to legitimate interest in the TC string",
        ),
        (
            "FR",
            format!("euconsent-v2={interest}"),
            None,
            "counting what is shown: allowed in the TC string on 1 October 2026, TCF purpose 8 (measure content performance), on legitimate interest",
        ),
        ("FR", "cookieconsent_status=allow".to_owned(), None, "counting what is shown: allowed in Osano"),
        (
            "US-CA",
            "cmplz_preferences=deny".to_owned(),
            None,
            "experiments: not allowed, because the device may not be used",
        ),
        (
            "FR",
            "usprivacy=1YNN".to_owned(),
            None,
            "passing data to third parties: not allowed, because the US Privacy string answers a question of US law, which is no agreement here",
        ),
        (
            "US-CA",
            "cmplz_preferences=deny".to_owned(),
            None,
            "precise location: not used without category preferences, which is refused in Complianz",
        ),
        (
            "FR",
            "consentUUID=a".to_owned(),
            None,
            "Sourcepoint in `consentUUID` was not used: only the banner's vendor can read what it stores",
        ),
        (
            "US-CA",
            "CookieConsent={stamp:'-1',marketing:false,method:'implied'}".to_owned(),
            None,
            "passing data to third parties: refused in Cookiebot, category marketing (a stored no counts, whoever wrote it)",
        ),
        (
            "US-CA",
            "gpp=DBABLA~CVQqAAAAAACA.YA".to_owned(),
            None,
            "region US-CA: all is allowed that the visitor did not refuse, but precise location; Global Privacy Control is on in the GPP string",
        ),
        (
            "US-CA",
            "gpp=DBACTUD~1YNN~BAAAAAAA".to_owned(),
            None,
            "joining with customer data: not allowed, because a later section of the GPP string may hold a refusal, which counts as an opt-out: it is not known here",
        ),
        (
            "US-CA",
            "CookieConsent=0".to_owned(),
            None,
            "passing data to third parties: refused in Cookiebot, which may hold a refusal that has no meaning here and so counts as an opt-out: name the banner's categories in `consent.meanings.cookiebot`",
        ),
        (
            "US-CA",
            "klaro=%7B%22a%22%3Afalse%2C%22b%22%3Afalse%7D".to_owned(),
            None,
            "passing data to third parties: refused in Klaro, services `a` and `b`, which have no meaning here and so count as an opt-out: name them in `consent.meanings.klaro`",
        ),
        (
            "FR",
            "euconsent-v2=CQraFkAQraFkAEsACBFRB4FgAAAAAAAAAAqIAAAAAAAA.IAAAAAAA.YAAAAAAAAAAA".to_owned(),
            None,
            "the TC string in `euconsent-v2` is no refusal: the TC string has a yes to none of this site's own purposes, as where nobody was asked",
        ),
    ] {
        let mut arguments = vec!["--explain", "--region", region, "--now", NOW, "--cookie", &cookie];
        arguments.extend(headers.iter().flat_map(|header| ["--header", *header]));
        let output = parvis(&arguments, "");
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(words.lines().any(|line| line == sentence), "{sentence}\n{words}");
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

/// Odd forms of every flag, each with the purposes that the rules of src/docs/consent.md allow for it.
#[test]
fn odd_lines_are_answered_as_the_facts_say() {
    let input = include_str!("../../../fixtures/consent/asked.ndjson");
    let answers = lines(&parvis(&["--batch", "-"], input));
    let asked: Vec<Value> = input.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(asked.len() == 96 && answers.len() == 96);
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
