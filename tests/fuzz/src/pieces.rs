//! The small readers, each against a plain second implementation or its own inverse.

use parvis::base::calendar::Millis;
use parvis::base::{base64 as base, calendar as times, percent as escapes};
use parvis::consent::bridge::{BYTES, Mirrors};
use parvis::consent::json::{self as reader, DEPTH, Value as Read};
use parvis::consent::purpose::Purpose;
use parvis::consent::resolve::resolve;
use parvis::consent::settings::Slot;
use parvis::consent::source::Banner;
use parvis::consent::stored::StoredSettings;
use serde_json::Value;

use crate::laws::{PLACES, Visitor, hold};

/// A playbook's settings from any bytes: total, bounded, refused when cut, and never a grant out of nothing.
pub(crate) fn stored_settings(input: &[u8]) {
    let Some(settings) = StoredSettings::open(input) else { return };
    if !input.is_empty() {
        let cut = StoredSettings::open(&input[..input.len() - 1]);
        assert!(cut.is_none() || input.len() == 1, "a section without its last byte is none");
    }
    for banner in Banner::ALL {
        let entries = settings.entries(banner).take(50_000).count();
        assert!(entries < 50_000, "the map of {} does not end", banner.name());
    }
    for slot in Slot::ALL {
        assert_eq!(Slot::from_code(*slot as u8), Some(*slot));
    }
    let _ = (
        settings.regime("US", "CA", None),
        settings.regime("", "", None),
        settings.regime("é", "\0", Some(Millis(0))),
    );
    let _ = (settings.undisclosed_storage(*b"DE"), settings.complianz_policy.len(), settings.revision);
    // Under whatever settings, who stored nothing granted nothing, and who was refused is not allowed more.
    let silent = resolve(&Visitor::default().evidence(PLACES[0]), &settings);
    assert!(crate::laws::granted(&silent).is_empty());
    let visitor = Visitor {
        cookies: vec![
            "euconsent-v2=CQraFkAQraFkAEsACBFRB4FgAIwAAAAAAAqIAAAAAAAA.IF5wAQF5gAAA.cYAAAAAAAAAA; \
            tarteaucitron=!a=true; cmplz_preferences=allow; usprivacy=1YNY"
                .to_owned(),
        ],
        ..Visitor::default()
    };
    for place in PLACES {
        let before = resolve(&visitor.evidence(place), &settings).allowed();
        let mut asked = visitor.clone();
        asked.sec_gpc.push("1".to_owned());
        let after = resolve(&asked.evidence(place), &settings).allowed();
        assert!(before.contains_all(after), "the signal turned {before:?} into {after:?}");
        assert!(!after.contains(Purpose::Profile));
    }
}

/// The mirror cookie: what is read is written the same way and read again.
pub(crate) fn mirror(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let visitor = Visitor::with("parvis-consent", &text);
    for place in PLACES {
        hold(&visitor, place);
    }
    let Some(read) = Mirrors::parse(&text) else {
        assert!(visitor.granted(PLACES[0]).is_empty());
        return;
    };
    let mut buffer = [0; BYTES];
    let written = read.write(&mut buffer).expect("what was read fits");
    assert_eq!(Mirrors::parse(written), Some(read));
    // A notice of zero may be left out.
    assert!(written.len() <= text.len() + 2, "the shortest form: {written}");
}

/// Everything that serde_json reads, eight levels deep or less, is read, and with the same values.
pub(crate) fn json(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut seen = Vec::new();
    let whole = reader::walk(&text, &mut |path, value| {
        assert!(path.len() <= DEPTH);
        seen.push((path.len(), value));
    });
    let Ok(value) = serde_json::from_str::<Value>(&text) else { return };
    let mut expected = Vec::new();
    flatten(&value, 0, &mut expected);
    let deep = expected
        .iter()
        .any(|(depth, value)| *depth >= DEPTH && matches!(value, Value::Array(_) | Value::Object(_)));
    // serde_json keeps one of two equal keys, so a text with twins tells more.
    let twins = seen.len() > expected.len();
    assert_eq!(whole, !deep || (twins && whole), "{value}");
    if !whole || twins {
        return;
    }
    for ((depth, read), (expected_depth, value)) in seen.iter().zip(&expected) {
        assert_eq!(depth, expected_depth);
        match (read, value) {
            (Read::Object, Value::Object(_)) | (Read::Array, Value::Array(_)) => {}
            (Read::Bare(read), Value::Number(_)) => {
                assert!(read.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
            }
            (Read::Bare(read), Value::Null | Value::Bool(_)) => assert_eq!(*read, value.to_string()),
            (Read::Text(read), Value::String(value)) if !read.contains('\\') => assert_eq!(read, value),
            (Read::Text(_), Value::String(_)) => {}
            _ => panic!("read {read:?}, expected {value}"),
        }
    }
}

fn flatten<'v>(value: &'v Value, depth: usize, into: &mut Vec<(usize, &'v Value)>) {
    into.push((depth, value));
    match value {
        Value::Array(list) => list.iter().for_each(|item| flatten(item, depth + 1, into)),
        Value::Object(object) => object.values().for_each(|item| flatten(item, depth + 1, into)),
        _ => {}
    }
}

/// Base64 against a plain decoder that collects single bits.
pub(crate) fn base64(input: &[u8]) {
    const PLUS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = String::from_utf8_lossy(input);
    let mut buffer = [0; 256];
    let read = base::decode_into(&text, &mut buffer).map(str::to_owned);
    let mut core = text.as_ref();
    while let Some(shorter) = core.strip_suffix("%3D").or_else(|| core.strip_suffix('=')) {
        core = shorter;
    }
    let mut bits = Vec::new();
    let known = core.chars().all(|c| {
        let c = match c {
            '-' => '+',
            '_' => '/',
            other => other,
        };
        let place = PLUS.find(c);
        bits.extend((0..6).rev().map(|bit| place.unwrap_or(0) >> bit & 1 == 1));
        place.is_some()
    });
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |value, bit| value << 1 | u8::from(*bit)))
        .collect();
    let fits = known && bytes.len() <= 256;
    let expected = fits.then(|| String::from_utf8(bytes).ok()).flatten();
    assert_eq!(read, expected);
}

/// Percent-decoding against a plain decoder on a vector.
pub(crate) fn percent(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let mut buffer = [0; 256];
    let read = escapes::decode(&text, &mut buffer).map(str::to_owned);
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    let mut wrong = false;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |at: usize| tail.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            wrong = true;
            break;
        };
        bytes.push(u8::try_from(high * 16 + low).expect("two digits are a byte"));
        rest = &tail[2..];
    }
    // Text without escapes is not copied, so that it may be longer than the buffer.
    let fits = bytes.len() <= 256 || !text.contains('%');
    let expected = (!wrong && fits).then(|| String::from_utf8(bytes).ok()).flatten();
    assert_eq!(read, expected);
}

/// Times: what is read, written in the longest form, is read as the same time.
pub(crate) fn time(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let whole: Option<i64> =
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    assert_eq!(times::millis(&text), whole.filter(|_| text.len() <= 15).map(Millis));
    let Some(read) = times::parse(&text) else { return };
    // Year 0 to 9999, and a day at both ends for the distance from Greenwich.
    assert!((-62_167_305_600_000..=253_402_387_200_000).contains(&read.0), "{}", read.0);
    let written = iso(read.0);
    if let Some(written) = written {
        assert_eq!(times::parse(&written), Some(read), "{text} as {written}");
        assert_eq!(times::parse(&written.replace('Z', "+00:00")), Some(read));
    }
}

/// The time as text, days counted one year at a time; `None` outside the years 0 to 9999.
fn iso(ms: i64) -> Option<String> {
    let (day, rest) = (ms.div_euclid(times::DAY), ms.rem_euclid(times::DAY));
    let year = (0..=9999).find(|year| times::days(year + 1, 1, 1) > day)?;
    let month = (1..12).find(|month| times::days(year, month + 1, 1) > day).unwrap_or(12);
    let date = day - times::days(year, month, 1) + 1;
    let (hours, minutes, seconds) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    (date >= 1).then(|| {
        format!("{year:04}-{month:02}-{date:02}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", rest % 1000)
    })
}
