//! Foreign content (svg and math) inside a page: which tags stay in it, which end it, and what an end tag there closes.
//!
//! Follows "rules for parsing tokens in foreign content" of the HTML standard, integration points included.

use super::names;
use super::tag::Tag;
use super::tree::{Element, Space, Start, Tree};

impl Tree {
    /// True if a start tag is parsed by the rules of svg and math; breakout tags end the foreign content first.
    pub(crate) fn stays_foreign(&mut self, tag: &Tag, flags: u32) -> bool {
        if !self.reads_foreign(tag) {
            return false;
        }
        let leaves = flags & names::BREAKOUT != 0 || (tag.name.key == names::FONT && tag.font_style);
        if leaves {
            self.leave_foreign();
        }
        !leaves
    }

    fn reads_foreign(&self, tag: &Tag) -> bool {
        let Some(top) = self.stack.last() else { return false };
        match top.space {
            Space::Html => false,
            _ if top.has(names::HTML_POINT) => false,
            Space::Math if top.has(names::TEXT_POINT) => {
                matches!(tag.name.key, names::MGLYPH | names::MALIGNMARK)
            }
            Space::Math => !(top.name.key == names::ANNOTATION_XML && tag.name.key == names::SVG),
            Space::Svg => true,
        }
    }

    /// Ends elements until the current one is HTML.
    fn leave_foreign(&mut self) {
        let stays = |element: &Element| {
            element.space == Space::Html || element.has(names::HTML_POINT | names::TEXT_POINT)
        };
        let at = self.stack.iter().rposition(stays).map_or(0, |at| at + 1);
        self.pop_to(at, false);
    }

    pub(crate) fn start_foreign(&mut self, tag: &Tag, bytes: Option<&[u8]>) -> Start {
        if tag.self_closing {
            return Start::Empty;
        }
        let space = self.stack.last().map_or(Space::Html, |top| top.space);
        let barrier = names::SPECIAL | names::SCOPE;
        let flags = match (space, tag.name.key) {
            (Space::Svg, names::FOREIGNOBJECT | names::DESC | names::TITLE) => barrier | names::HTML_POINT,
            (Space::Math, names::MI | names::MO | names::MN | names::MS | names::MTEXT) => {
                barrier | names::TEXT_POINT
            }
            (Space::Math, names::ANNOTATION_XML) if tag.html_encoding => barrier | names::HTML_POINT,
            (Space::Math, names::ANNOTATION_XML) => barrier,
            _ => 0,
        };
        self.push(tag.name, flags, space, bytes);
        Start::Open
    }

    /// Handles an end tag while svg or math is open; false if the rules of HTML apply.
    pub(crate) fn end_foreign(&mut self, tag: &Tag, bytes: Option<&[u8]>) -> bool {
        if matches!(tag.name.key, names::P | names::BR) {
            self.leave_foreign();
            return false;
        }
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.space == Space::Html {
                return false;
            }
            if self.same_name(element, tag.name, bytes) {
                self.end_at(at, true);
                return true;
            }
        }
        // Below the outermost svg is the page's own html or body element.
        false
    }
}
