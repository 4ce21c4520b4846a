//! Ids as pages write them: character references, bytes that are no UTF-8, and the bound (HTML standard, section 13.2.5.72).

use parvis::html::blocks::find;

/// The id of the block whose marker is written so, in double quotes; `Err` says why it is refused.
fn id(value: &[u8]) -> Result<String, &'static str> {
    let page = [b"<p data-block=\"", value, b"\">1</p>"].concat();
    let found = find(&page, "data-block");
    match (found.blocks.first(), found.refused.first()) {
        (Some(block), None) => Ok(block.id.clone()),
        (None, Some(refused)) => Err(refused.reason.code()),
        (None, None) => Ok(String::new()),
        both => panic!("{both:?}"),
    }
}

#[test]
fn references_are_decoded_as_in_attributes() {
    for (value, expected) in [
        ("a", Ok("a")),
        ("a&amp;b&AMP;c", Ok("a&b&c")),
        ("&lt;&LT;&gt;&GT;", Ok("<<>>")),
        ("&quot;&QUOT;&apos;", Ok("\"\"'")),
        ("&nbsp;", Ok("\u{a0}")),
        ("&copy;&COPY;&reg;&REG;", Ok("\u{a9}\u{a9}\u{ae}\u{ae}")),
        // Other names are not known here; a name in another case is another name.
        ("&Amp;", Err("bad-id")),
        ("&aMp;", Err("bad-id")),
        ("&APOS;", Err("bad-id")),
        ("&NBSP;", Err("bad-id")),
        ("&eacute;", Err("bad-id")),
        // Without a semicolon only in front of what is neither a letter, a digit nor an equals sign.
        ("&amp", Ok("&")),
        ("&amp.b", Ok("&.b")),
        ("&amp b", Ok("& b")),
        ("&ampb", Ok("&ampb")),
        ("&amp1", Ok("&amp1")),
        ("&amp=b", Ok("&amp=b")),
        ("&apos.", Ok("&apos.")),
        ("&eacute.", Ok("&eacute.")),
        ("&", Ok("&")),
        ("&;", Ok("&;")),
        ("&&amp;", Ok("&&")),
        ("& amp;", Ok("& amp;")),
        ("&#", Ok("&#")),
        ("&#;", Ok("&#;")),
        ("&#x", Ok("&#x")),
        ("&#x;", Ok("&#x;")),
        ("&#xg;", Ok("&#xg;")),
        ("&#a;", Ok("&#a;")),
        ("&#65;", Ok("A")),
        ("&#65", Ok("A")),
        ("&#65b", Ok("Ab")),
        ("&#65=", Ok("A=")),
        ("&#x41;&#X41;&#x61;", Ok("AAa")),
        ("&#x4aF;", Ok("\u{4af}")),
        ("&#x41g", Ok("Ag")),
        ("&#0;", Ok("\u{fffd}")),
        ("&#x7f;", Ok("\u{7f}")),
        ("&#x80;&#x81;&#x9f;&#xa0;", Ok("\u{20ac}\u{81}\u{178}\u{a0}")),
        ("&#xd7ff;", Ok("\u{d7ff}")),
        ("&#xd800;&#xdfff;", Ok("\u{fffd}\u{fffd}")),
        ("&#xe000;", Ok("\u{e000}")),
        ("&#x10ffff;", Ok("\u{10ffff}")),
        ("&#x110000;", Ok("\u{fffd}")),
        ("&#4294967361;", Ok("\u{fffd}")),
        ("&#99999999999999999999;", Ok("\u{fffd}")),
        // Line ends are those of a text.
        ("a\nb", Ok("a\nb")),
        ("a\rb", Ok("a\nb")),
        ("a\r\nb", Ok("a\nb")),
        ("a\r\rb", Ok("a\n\nb")),
        ("a\r", Ok("a\n")),
        ("a\0b", Ok("a\u{fffd}b")),
        ("\u{e9}\u{20ac}", Ok("\u{e9}\u{20ac}")),
        ("", Ok("")),
    ] {
        assert_eq!(id(value.as_bytes()), expected.map(str::to_owned), "{value:?}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_windows_1252() {
    // Encoding standard, index windows-1252.
    let upper = "\u{20ac}\u{81}\u{201a}\u{192}\u{201e}\u{2026}\u{2020}\u{2021}\u{2c6}\u{2030}\u{160}\u{2039}\u{152}\u{8d}\u{17d}\u{8f}\u{90}\u{2018}\u{2019}\u{201c}\u{201d}\u{2022}\u{2013}\u{2014}\u{2dc}\u{2122}\u{161}\u{203a}\u{153}\u{9d}\u{17e}\u{178}";
    assert_eq!(upper.chars().count(), 32);
    for (byte, letter) in (0x80..=0xff_u8).zip(upper.chars().chain('\u{a0}'..='\u{ff}')) {
        assert_eq!(id(&[b'a', byte, b'b']), Ok(format!("a{letter}b")), "{byte:#x}");
        if byte < 0xa0 {
            assert_eq!(id(format!("&#{byte};").as_bytes()), Ok(letter.to_string()), "&#{byte};");
        }
    }
    // One run of bytes is the one or the other.
    assert_eq!(id(b"\xc3\xa9.\xe9"), Ok("\u{e9}.\u{e9}".to_owned()));
    assert_eq!(id(b"\xc3\xa9\xe9"), Ok("\u{c3}\u{a9}\u{e9}".to_owned()));
}

#[test]
fn an_id_is_read_up_to_the_bound() {
    for (length, expected) in [(64, true), (65, true), (255, true), (256, true), (257, false)] {
        let value = "x".repeat(length);
        assert_eq!(id(value.as_bytes()), if expected { Ok(value) } else { Err("bad-id") }, "{length}");
    }
    // As long as it is written, not as long as it reads.
    assert_eq!(id("&#65;".repeat(51).as_bytes()), Ok("A".repeat(51)));
    assert_eq!(id("&#65;".repeat(52).as_bytes()), Err("bad-id"));
}
