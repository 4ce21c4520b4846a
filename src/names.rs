//! Names of what is ours in browsers and in headers: each is written here and nowhere else.
//!
//! The constants of the JavaScript layer (`edge/browser/js/names.js`) are written from this table by a test.

/// Where a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A cookie that scripts may see.
    Cookie,
    /// A cookie that browsers hide from scripts.
    HiddenCookie,
    /// A key of `localStorage`.
    LocalStorage,
    /// A key of `sessionStorage`.
    SessionStorage,
    /// An entry of the response header `Server-Timing`, which a page can read of itself.
    ServerTiming,
}

/// A name of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own {
    /// Its constant, here and in JavaScript.
    pub constant: &'static str,
    /// The name.
    pub name: &'static str,
    /// Where it is used.
    pub place: Place,
    /// What it names.
    pub meaning: &'static str,
}

macro_rules! names {
    ($($constant:ident = $name:literal, $place:ident, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $constant: &str = $name;)*

        /// Every name.
        pub const ALL: &[Own] = &[$(Own {
            constant: stringify!($constant),
            name: $constant,
            place: Place::$place,
            meaning: $meaning,
        }),*];
    };
}

names! {
    VISIT = "parvis-visit", Cookie, "The visit cookie.";
    MEMORY = "__Host-parvis", HiddenCookie, "The cookie of sealed visitor memory; the prefix makes browsers refuse it from elsewhere.";
    MIRROR = "parvis-consent", Cookie, "The mirror cookie by default; a playbook can name it otherwise, which each answer says.";
    STORED_MEMORY = "parvis-memory", LocalStorage, "Visitor memory, where no edge keeps it.";
    STORED_NOTE = "parvis-mirrored", SessionStorage, "What was mirrored last, as a number, for as long as the tab is open; only where device storage is permitted.";
    TIMING = "parvis", ServerTiming, "What the edge decided for each block.";
    TIMING_CONSENT = "parvis-used", ServerTiming, "A digest of the consent that the edge decided with, and a sign behind it where the law asks for opt-out.";
    TIMING_NAMES = "parvis-names", ServerTiming, "Names that the page must know before it has the playbook: of the mirror cookie, where they are not the usual one, and behind a comma other flags of a name of the site's own, of which one behind a `@` is a key of web storage.";
    TIMING_MARKER = "parvis-marker", ServerTiming, "The attribute that marks blocks, where it is not the usual one.";
    TIMING_GPC = "parvis-gpc", ServerTiming, "What became of the visitor's Global Privacy Control.";
}
