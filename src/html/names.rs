//! Element names as numbers, and the parsing rules for each known one.
//!
//! A name of up to eight letters is its own bytes, lower-cased and packed. A longer one is a hash: code that compares two
//! of those compares the bytes as well. Groups follow the HTML standard, sections "special", "scope" and "in body".

/// Longest name, in bytes, that is packed exactly; longer ones are hashed.
pub(crate) const PACKED: u32 = 8;

/// A name, built byte by byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) key: u64,
    pub(crate) length: u32,
}

impl Name {
    /// The name with one more byte, letters lower-cased.
    #[inline(always)]
    pub(crate) const fn with(self, byte: u8) -> Self {
        // A zero byte would look like the end of a packed name; browsers turn it into U+FFFD.
        let byte = if byte == 0 { 0xFF } else { byte.to_ascii_lowercase() };
        let key = if self.length < PACKED {
            self.key | (byte as u64) << (8 * self.length)
        } else {
            (self.key.rotate_left(5) ^ byte as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        Self { key, length: self.length.saturating_add(1) }
    }
}

/// The key of a whole name.
pub(crate) const fn key(name: &[u8]) -> u64 {
    let mut rest = name;
    let mut read = Name { key: 0, length: 0 };
    while let Some((byte, tail)) = rest.split_first() {
        read = read.with(*byte);
        rest = tail;
    }
    read.key
}

/// Stops the search for an open ordinary element.
pub(crate) const SPECIAL: u32 = 1;
/// Stops the search for an open element "in scope".
pub(crate) const SCOPE: u32 = 1 << 1;
/// Is closed across other elements by the adoption agency.
pub(crate) const FORMATTING: u32 = 1 << 2;
/// Never has content nor an end tag.
pub(crate) const VOID: u32 = 1 << 3;
/// May be closed without an end tag of its own.
pub(crate) const OPTIONAL: u32 = 1 << 4;
/// Closes an open paragraph.
pub(crate) const CLOSES_P: u32 = 1 << 5;
/// One of h1 to h6.
pub(crate) const HEADING: u32 = 1 << 6;
/// Ends svg and math when it starts there.
pub(crate) const BREAKOUT: u32 = 1 << 7;
/// Its end tag closes everything above it in scope.
pub(crate) const CONTAINER: u32 = 1 << 8;
/// Its content is text up to its end tag.
pub(crate) const RAW: u32 = 1 << 9;
/// Exists only inside a table.
pub(crate) const TABLE_PART: u32 = 1 << 10;
/// html, head, body, frameset, frame: never a block.
pub(crate) const STRUCTURE: u32 = 1 << 11;
/// Decides how table parts below it are read.
pub(crate) const MODE: u32 = 1 << 12;
/// Its start tag follows rules of its own.
pub(crate) const STARTS_ODDLY: u32 = 1 << 13;
/// Is "generated" when implied end tags are.
pub(crate) const IMPLIED: u32 = 1 << 14;
/// Makes a later frameset tag meaningless.
pub(crate) const NO_FRAMES: u32 = 1 << 15;
/// Open elements of these names are counted, so that most start tags need no look at the stack.
pub(crate) const COUNTED: u32 = 1 << 16;
/// Text or HTML integration point in svg or math.
pub(crate) const HTML_POINT: u32 = 1 << 18;
/// Text integration point in math.
pub(crate) const TEXT_POINT: u32 = 1 << 19;

/// Opens again the formatting elements that ended with the element around them; ordinary elements do as well.
pub(crate) const REOPENS: u32 = 1 << 20;
/// Formatting elements outside are not seen inside.
pub(crate) const HIDES_FORMATTING: u32 = 1 << 21;
/// Of an open element: its end tag, while nothing is open in it, ends it and nothing else. Not a property of a name.
pub(crate) const PLAIN_END: u32 = 1 << 22;

macro_rules! known {
    ($($name:literal, $flags:expr;)*) => {
        const KNOWN: &[(&[u8], u32)] = &[$(($name, $flags)),*];
    };
}

const BLOCK: u32 = SPECIAL | CLOSES_P | CONTAINER;
const PART: u32 = SPECIAL | OPTIONAL | TABLE_PART | MODE;
const EMPTY: u32 = SPECIAL | VOID;

known! {
    b"a", FORMATTING | STARTS_ODDLY | REOPENS;
    b"address", BLOCK;
    b"annotation-xml", 0;
    b"applet", SPECIAL | SCOPE | CONTAINER | NO_FRAMES | STARTS_ODDLY | REOPENS | HIDES_FORMATTING;
    b"area", EMPTY | NO_FRAMES | REOPENS;
    b"article", BLOCK;
    b"aside", BLOCK;
    b"b", FORMATTING | BREAKOUT | REOPENS;
    b"base", EMPTY;
    b"basefont", EMPTY;
    b"bgsound", EMPTY;
    b"big", FORMATTING | BREAKOUT | REOPENS;
    b"blockquote", BLOCK | BREAKOUT;
    b"body", SPECIAL | STRUCTURE | STARTS_ODDLY | BREAKOUT | NO_FRAMES;
    b"br", EMPTY | BREAKOUT | NO_FRAMES | REOPENS;
    b"button", SPECIAL | CONTAINER | STARTS_ODDLY | NO_FRAMES | COUNTED | REOPENS;
    b"caption", PART | SCOPE | HIDES_FORMATTING;
    b"center", BLOCK | BREAKOUT;
    b"code", FORMATTING | BREAKOUT | REOPENS;
    b"col", EMPTY | TABLE_PART;
    b"colgroup", PART | COUNTED;
    b"dd", SPECIAL | OPTIONAL | IMPLIED | BREAKOUT | STARTS_ODDLY | NO_FRAMES;
    b"details", BLOCK;
    b"dialog", CLOSES_P | CONTAINER;
    b"dir", BLOCK;
    b"div", BLOCK | BREAKOUT;
    b"dl", BLOCK | BREAKOUT;
    b"dt", SPECIAL | OPTIONAL | IMPLIED | BREAKOUT | STARTS_ODDLY | NO_FRAMES;
    b"em", FORMATTING | BREAKOUT | REOPENS;
    b"embed", EMPTY | BREAKOUT | NO_FRAMES | REOPENS;
    b"fieldset", BLOCK;
    b"figcaption", BLOCK;
    b"figure", BLOCK;
    b"font", FORMATTING | REOPENS;
    b"footer", BLOCK;
    b"form", SPECIAL | STARTS_ODDLY;
    b"frame", EMPTY | STRUCTURE | STARTS_ODDLY;
    b"frameset", SPECIAL | STRUCTURE | STARTS_ODDLY;
    b"h1", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"h2", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"h3", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"h4", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"h5", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"h6", SPECIAL | CLOSES_P | HEADING | BREAKOUT | STARTS_ODDLY;
    b"head", SPECIAL | STRUCTURE | STARTS_ODDLY | BREAKOUT;
    b"header", BLOCK;
    b"hgroup", BLOCK;
    b"hr", EMPTY | CLOSES_P | BREAKOUT | NO_FRAMES;
    b"html", SPECIAL | STRUCTURE | STARTS_ODDLY;
    b"i", FORMATTING | BREAKOUT | REOPENS;
    b"iframe", SPECIAL | RAW | NO_FRAMES;
    b"image", EMPTY | NO_FRAMES | REOPENS;
    b"img", EMPTY | BREAKOUT | NO_FRAMES | REOPENS;
    b"input", EMPTY | REOPENS;
    b"keygen", EMPTY | NO_FRAMES | REOPENS;
    b"li", SPECIAL | OPTIONAL | IMPLIED | BREAKOUT | STARTS_ODDLY | NO_FRAMES;
    b"link", EMPTY;
    b"listing", BLOCK | BREAKOUT | NO_FRAMES;
    b"main", BLOCK;
    b"malignmark", 0;
    b"marquee", SPECIAL | SCOPE | CONTAINER | NO_FRAMES | STARTS_ODDLY | REOPENS | HIDES_FORMATTING;
    b"math", STARTS_ODDLY;
    b"menu", BLOCK | BREAKOUT;
    b"meta", EMPTY | BREAKOUT;
    b"mglyph", 0;
    b"mi", 0;
    b"mn", 0;
    b"mo", 0;
    b"ms", 0;
    b"mtext", 0;
    b"nav", BLOCK;
    b"nobr", FORMATTING | BREAKOUT | STARTS_ODDLY | REOPENS;
    b"noembed", SPECIAL | RAW;
    b"noframes", SPECIAL | RAW;
    b"noscript", SPECIAL | RAW;
    b"object", SPECIAL | SCOPE | CONTAINER | NO_FRAMES | STARTS_ODDLY | REOPENS | HIDES_FORMATTING;
    b"ol", BLOCK | BREAKOUT;
    b"optgroup", OPTIONAL | IMPLIED | STARTS_ODDLY | REOPENS;
    b"option", OPTIONAL | IMPLIED | STARTS_ODDLY | REOPENS;
    b"p", SPECIAL | OPTIONAL | IMPLIED | CLOSES_P | BREAKOUT | COUNTED;
    b"param", EMPTY;
    b"plaintext", SPECIAL | CLOSES_P;
    b"pre", BLOCK | BREAKOUT | NO_FRAMES;
    b"rb", OPTIONAL | IMPLIED | STARTS_ODDLY;
    b"rp", OPTIONAL | IMPLIED | STARTS_ODDLY;
    b"rt", OPTIONAL | IMPLIED | STARTS_ODDLY;
    b"rtc", OPTIONAL | IMPLIED | STARTS_ODDLY;
    b"ruby", BREAKOUT | REOPENS;
    b"s", FORMATTING | BREAKOUT | REOPENS;
    b"script", SPECIAL | RAW;
    b"search", BLOCK;
    b"section", BLOCK;
    b"select", SPECIAL | MODE | NO_FRAMES | COUNTED | REOPENS;
    b"small", FORMATTING | BREAKOUT | REOPENS;
    b"source", EMPTY;
    b"span", BREAKOUT | REOPENS;
    b"strike", FORMATTING | BREAKOUT | REOPENS;
    b"strong", FORMATTING | BREAKOUT | REOPENS;
    b"style", SPECIAL | RAW;
    b"sub", BREAKOUT | REOPENS;
    b"summary", BLOCK;
    b"sup", BREAKOUT | REOPENS;
    b"svg", STARTS_ODDLY;
    b"table", SPECIAL | SCOPE | MODE | BREAKOUT | STARTS_ODDLY | NO_FRAMES;
    b"tbody", PART;
    b"td", PART | SCOPE | HIDES_FORMATTING;
    b"template", SPECIAL | SCOPE | MODE | COUNTED | HIDES_FORMATTING;
    b"textarea", SPECIAL | RAW | NO_FRAMES;
    b"tfoot", PART;
    b"th", PART | SCOPE | HIDES_FORMATTING;
    b"thead", PART;
    b"title", SPECIAL | RAW;
    b"tr", PART;
    b"track", EMPTY;
    b"tt", FORMATTING | BREAKOUT | REOPENS;
    b"u", FORMATTING | BREAKOUT | REOPENS;
    b"ul", BLOCK | BREAKOUT;
    b"var", BREAKOUT | REOPENS;
    b"wbr", EMPTY | NO_FRAMES | REOPENS;
    b"xmp", SPECIAL | RAW | CLOSES_P | NO_FRAMES | REOPENS;
}

macro_rules! keys {
    ($($constant:ident = $name:literal;)*) => { $(pub(crate) const $constant: u64 = key($name);)* };
}

// The names that rules mention individually.
keys! {
    TEXTAREA = b"textarea";
    HR = b"hr";
    A = b"a";
    ADDRESS = b"address";
    ANNOTATION_XML = b"annotation-xml";
    BASE = b"base";
    BASEFONT = b"basefont";
    BGSOUND = b"bgsound";
    BR = b"br";
    BUTTON = b"button";
    CAPTION = b"caption";
    COL = b"col";
    COLGROUP = b"colgroup";
    DD = b"dd";
    DESC = b"desc";
    DIV = b"div";
    DT = b"dt";
    FONT = b"font";
    FOREIGNOBJECT = b"foreignobject";
    FORM = b"form";
    FRAMESET = b"frameset";
    H1 = b"h1";
    H2 = b"h2";
    H3 = b"h3";
    H4 = b"h4";
    H5 = b"h5";
    H6 = b"h6";
    INPUT = b"input";
    KEYGEN = b"keygen";
    LI = b"li";
    LINK = b"link";
    MALIGNMARK = b"malignmark";
    MATH = b"math";
    META = b"meta";
    MGLYPH = b"mglyph";
    MI = b"mi";
    MN = b"mn";
    MO = b"mo";
    MS = b"ms";
    MTEXT = b"mtext";
    NOBR = b"nobr";
    NOFRAMES = b"noframes";
    OL = b"ol";
    OPTGROUP = b"optgroup";
    OPTION = b"option";
    P = b"p";
    PLAINTEXT = b"plaintext";
    RB = b"rb";
    RP = b"rp";
    RT = b"rt";
    RTC = b"rtc";
    RUBY = b"ruby";
    SCRIPT = b"script";
    SELECT = b"select";
    STYLE = b"style";
    SVG = b"svg";
    TABLE = b"table";
    TBODY = b"tbody";
    TD = b"td";
    TEMPLATE = b"template";
    TFOOT = b"tfoot";
    TH = b"th";
    THEAD = b"thead";
    TITLE = b"title";
    TR = b"tr";
    UL = b"ul";
}

const SLOTS: usize = 512;
const SHIFT: u32 = 64 - 9;

const fn slot(key: u64) -> usize {
    // The upper nine bits of the product always fit.
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> SHIFT) as usize
}

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling: a wrong index stops the build")]
static TABLE_OF_NAMES: [(u64, u32); SLOTS] = {
    let mut table = [(0_u64, 0_u32); SLOTS];
    let mut next = 0;
    while next < KNOWN.len() {
        let (name, flags) = KNOWN[next];
        let name = key(name);
        let mut place = slot(name);
        while table[place].0 != 0 {
            place = (place + 1) % SLOTS;
        }
        table[place] = (name, flags);
        next += 1;
    }
    table
};

/// The flags of the element of this name; zero for ordinary and unknown ones.
#[inline]
pub(crate) fn flags(name: Name, bytes: Option<&[u8]>) -> u32 {
    let mut place = slot(name.key);
    loop {
        match TABLE_OF_NAMES.get(place) {
            Some((key, flags)) if *key == name.key => {
                return if name.length <= PACKED || is_known(bytes) { *flags } else { 0 };
            }
            Some((key, _)) if *key != 0 => place = (place + 1) % SLOTS,
            _ => return 0,
        }
    }
}

/// True if these bytes really are one of the known long names, not only of equal hash.
#[cold]
fn is_known(bytes: Option<&[u8]>) -> bool {
    bytes.is_some_and(|bytes| KNOWN.iter().any(|(known, _)| known.eq_ignore_ascii_case(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn name(bytes: &[u8]) -> Name {
        bytes.iter().fold(Name::default(), |name, byte| name.with(*byte))
    }

    #[test]
    fn every_known_name_is_found_in_any_case() {
        for (known, expected) in KNOWN {
            let upper = known.to_ascii_uppercase();
            assert_eq!(flags(name(&upper), Some(&upper)), *expected, "{known:?}");
        }
    }

    /// The names that have this flag, in the order of the alphabet.
    fn with(flag: u32) -> Vec<&'static str> {
        let names = KNOWN.iter().filter(|(_, flags)| flags & flag != 0);
        names.filter_map(|(name, _)| core::str::from_utf8(name).ok()).collect()
    }

    #[test]
    fn groups_are_those_of_the_standard() {
        // HTML standard, sections 13.2.4.2 and 13.2.6.4.7. The page's own structure is never open here, `image` is read as
        // `img`, and `select` as Chromium, Firefox and Safari had it before 2025.
        for (group, flag, expected) in [
            (
                "special",
                SPECIAL,
                "address applet area article aside base basefont bgsound blockquote body br button caption center col \
                 colgroup dd details dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 \
                 h4 h5 h6 head header hgroup hr html iframe image img input keygen li link listing main marquee menu \
                 meta nav noembed noframes noscript object ol p param plaintext pre script search section select \
                 source style summary table tbody td template textarea tfoot th thead title tr track ul wbr xmp",
            ),
            ("scope", SCOPE, "applet caption marquee object table td template th"),
            ("formatting", FORMATTING, "a b big code em font i nobr s small strike strong tt u"),
            (
                "void",
                VOID,
                "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track \
                 wbr",
            ),
            (
                "may be closed without an end tag",
                OPTIONAL,
                "caption colgroup dd dt li optgroup option p rb rp rt rtc tbody td tfoot th thead tr",
            ),
            (
                "closes a paragraph",
                CLOSES_P,
                "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer \
                 h1 h2 h3 h4 h5 h6 header hgroup hr listing main menu nav ol p plaintext pre search section summary ul \
                 xmp",
            ),
            ("heading", HEADING, "h1 h2 h3 h4 h5 h6"),
            (
                "leaves svg and math",
                BREAKOUT,
                "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing \
                 menu meta nobr ol p pre ruby s small span strike strong sub sup table tt u ul var",
            ),
            (
                "ends across others in scope",
                CONTAINER,
                "address applet article aside blockquote button center details dialog dir div dl fieldset figcaption \
                 figure footer header hgroup listing main marquee menu nav object ol pre search section summary ul",
            ),
            ("text only", RAW, "iframe noembed noframes noscript script style textarea title xmp"),
            ("of a table", TABLE_PART, "caption col colgroup tbody td tfoot th thead tr"),
            ("structure", STRUCTURE, "body frame frameset head html"),
            ("implied end", IMPLIED, "dd dt li optgroup option p rb rp rt rtc"),
            (
                "no frameset behind",
                NO_FRAMES,
                "applet area body br button dd dt embed hr iframe image img keygen li listing marquee object pre \
                 select table textarea wbr xmp",
            ),
            ("hides formatting", HIDES_FORMATTING, "applet caption marquee object td template th"),
            (
                "opens formatting again",
                REOPENS,
                "a applet area b big br button code em embed font i image img input keygen marquee nobr object \
                 optgroup option ruby s select small span strike strong sub sup tt u var wbr xmp",
            ),
        ] {
            assert_eq!(with(flag), expected.split_whitespace().collect::<Vec<_>>(), "{group}");
        }
        assert!(KNOWN.is_sorted_by_key(|(name, _)| *name));
    }

    #[test]
    fn a_zero_byte_is_a_part_of_the_name() {
        assert_eq!(flags(name(b"div\0"), Some(b"div\0")), 0);
        assert_ne!(name(b"div\0"), name(b"div"));
    }

    #[test]
    fn a_long_name_of_equal_hash_but_other_bytes_is_unknown() {
        assert_eq!(flags(name(b"blockquote"), Some(b"blockquotf")), 0);
    }
}
