//! Values in markup: whatever a value is, html5ever reads it back as one text or the value of one attribute.

use html5ever::tendril::StrTendril;
use markup5ever_rcdom::{Handle, NodeData};
use parvis::author::template::compile;
use parvis::html::escape;
use parvis::html::template::{Field, Shown, Values, render};
use parvis::reason::Reason;

use super::case::MARKER;
use super::{pieces, tree};

/// A value that is nothing special anywhere.
const PLAIN: &str = "/zq0plain";
/// The longest list: one element more than a template may show of this one.
const ELEMENTS: usize = 3;

/// Every signal is the same text.
struct Same<'v>(&'v str);

impl Values for Same<'_> {
    fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
        Ok(Shown::Text(self.0))
    }

    fn element(&self, _: u8, index: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
        (index < ELEMENTS).then_some(Ok(Shown::Text(self.0)))
    }
}

/// The first line is a value, everything behind it a template.
pub(crate) fn template_render(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let value = pieces::value(&input[..end]);
    in_a_script(&value);
    let template = pieces::template(input.get(end + 1..).unwrap_or_default());
    let Ok(compiled) = compile(&template, MARKER, &["hero"]) else { return };
    let rendered = |value: &str| {
        let mut out = b"before".to_vec();
        let done = render(&compiled.code, &Same(value), &mut out);
        let added = out.strip_prefix(b"before").expect("what was there stays").to_vec();
        assert!(added.len() <= parvis::limits::CONTENT_BYTES && (done.is_ok() || added.is_empty()));
        done.map(|()| added)
    };
    let Ok(plain) = rendered(PLAIN) else { return };
    let hostile = match rendered(&value) {
        Ok(hostile) => hostile,
        Err(Reason::MissingValue | Reason::ContentTooLarge) => return,
        Err(other) => panic!("{}", other.code()),
    };
    let (expected, got) = (nodes(&plain), nodes(&hostile));
    around_is_kept(&plain, &expected);
    reads_back(&expected, &got, &value);
    // A page in another encoding gets the same in ASCII; names and comments cannot be written in it.
    let ascii = escape::ascii(&hostile);
    assert!(ascii.is_ascii());
    let named = |node: &Node| match node {
        Node::Open(name, attributes) => name.is_ascii() && attributes.iter().all(|(name, _)| name.is_ascii()),
        Node::Comment(text) => text.is_ascii(),
        _ => true,
    };
    if got.iter().all(named) {
        assert_eq!(nodes(&ascii), got, "{template}");
    }
}

/// A value as JSON in a script is the only text of that script.
fn in_a_script(value: &str) {
    let mut html = b"<script type=\"application/json\">".to_vec();
    escape::json_string(value, &mut html);
    html.extend_from_slice(b"</script>");
    let json = serde_json::to_string(value).expect("text is JSON");
    let mut again = b"<script type=\"application/json\">".to_vec();
    escape::json(&json, &mut again);
    again.extend_from_slice(b"</script>");
    for html in [html, again] {
        let nodes = nodes(&html);
        let texts: Vec<&str> = nodes
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) if !["t", "behind"].contains(&text.as_str()) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let [text] = texts[..] else { panic!("{nodes:?}") };
        assert_eq!(serde_json::from_str::<String>(text).ok().as_deref(), Some(value), "{text}");
    }
}

/// A node of a tree, written down in the order of the document.
#[derive(Debug, PartialEq)]
enum Node {
    Open(String, Vec<(String, String)>),
    Text(String),
    Comment(String),
    Close,
}

/// The tree of a page with this in a block.
fn nodes(inner: &[u8]) -> Vec<Node> {
    let inner = std::str::from_utf8(inner).expect("text and templates are UTF-8");
    let page = format!(
        "<!doctype html><html><head><title>t</title></head><body><div id=\"around\">{inner}</div><p id=\"behind\">behind</p></body></html>"
    );
    let mut into = Vec::new();
    write(&tree::parse(&page).document, &mut into);
    into
}

fn write(node: &Handle, into: &mut Vec<Node>) {
    let text = |text: &StrTendril| text.to_string();
    match &node.data {
        NodeData::Text { contents } => return into.push(Node::Text(text(&contents.borrow()))),
        NodeData::Comment { contents } => return into.push(Node::Comment(text(contents))),
        NodeData::Element { name, attrs, template_contents, .. } => {
            let pair =
                |attribute: &html5ever::Attribute| (attribute.name.local.to_string(), text(&attribute.value));
            into.push(Node::Open(name.local.to_string(), attrs.borrow().iter().map(pair).collect()));
            template_contents.borrow().iter().for_each(|contents| write(contents, into));
        }
        _ => {}
    }
    node.children.borrow().iter().for_each(|child| write(child, into));
    if matches!(node.data, NodeData::Element { .. }) {
        into.push(Node::Close);
    }
}

/// The template stays inside the element around it.
fn around_is_kept(html: &[u8], nodes: &[Node]) {
    let ids: Vec<(usize, &str)> = nodes
        .iter()
        .scan(0, |depth, node| {
            match node {
                Node::Open(..) => *depth += 1,
                Node::Close => *depth -= 1,
                _ => {}
            }
            Some((*depth, node))
        })
        .filter_map(|(depth, node)| match node {
            Node::Open(_, attributes) => {
                attributes.iter().find(|(name, _)| name == "id").map(|(_, id)| (depth, id.as_str()))
            }
            _ => None,
        })
        .filter(|(_, id)| ["around", "behind"].contains(id))
        .collect();
    // html, body, and then these two.
    assert_eq!(ids, [(3, "around"), (3, "behind")], "{}", html.escape_ascii());
    let end = [Node::Text("behind".to_owned()), Node::Close, Node::Close, Node::Close];
    assert!(nodes.ends_with(&end), "{}", html.escape_ascii());
}

/// `got` is `plain` with the value in place of the plain one, and nothing else.
fn reads_back(plain: &[Node], got: &[Node], value: &str) {
    let text = read(value);
    let mut got_nodes = got.iter().peekable();
    let mut open = Vec::new();
    for (at, node) in plain.iter().enumerate() {
        match node {
            Node::Text(shown) => {
                let first = matches!(at.checked_sub(1).and_then(|at| plain.get(at)), Some(Node::Open(..)));
                // A line feed that comes first is no part of preformatted text.
                let preformatted = first
                    && shown.starts_with(PLAIN)
                    && ["pre", "listing"].contains(open.last().unwrap_or(&""));
                let reads = |got: &str| {
                    let loses_one = preformatted && text.starts_with('\n');
                    shows(shown, &if loses_one { format!("\n{got}") } else { got.to_owned() }, value, false)
                };
                match got_nodes.peek() {
                    Some(Node::Text(got)) if reads(got) => drop(got_nodes.next()),
                    _ => assert!(reads(""), "{shown:?} with {value:?} gives {got:?}"),
                }
                continue;
            }
            Node::Open(name, attributes) => {
                open.push(name.as_str());
                let Some(Node::Open(got_name, got_attributes)) = got_nodes.next() else { panic!("{got:?}") };
                assert_eq!((name, attributes.len()), (got_name, got_attributes.len()), "{got:?}");
                for ((name, shown), (got_name, got_shown)) in attributes.iter().zip(got_attributes) {
                    assert_eq!(name, got_name);
                    let fits = shows(shown, got_shown, value, false) || fits(shown, got_shown, value, &text);
                    assert!(fits, "{name}={got_shown:?} for {value:?}");
                }
                continue;
            }
            Node::Close => {
                open.pop();
            }
            Node::Comment(_) => {}
        }
        assert_eq!(got_nodes.next(), Some(node), "{got:?}");
    }
    assert_eq!(got_nodes.next(), None);
}

/// A value as a parser reads it.
fn read(value: &str) -> String {
    value.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}")
}

/// Whether `got` is `shown` with the value as text in place of the plain one.
///
/// A parser reads CR and LF as one line end, also where one is the value's and the other the template's or the next value's.
fn shows(shown: &str, got: &str, value: &str, behind_cr: bool) -> bool {
    let text = read(value);
    let or_less = |text: &str, may_lose_one: bool| {
        let less = text.strip_prefix('\n').filter(|_| may_lose_one);
        [Some(text), less].into_iter().flatten().map(str::to_owned).collect::<Vec<_>>()
    };
    let Some((before, behind)) = shown.split_once(PLAIN) else {
        return or_less(shown, behind_cr).iter().any(|shown| shown == got);
    };
    or_less(before, behind_cr).iter().any(|before_read| {
        let Some(rest) = got.strip_prefix(before_read.as_str()) else { return false };
        let at_line_end = if before.is_empty() { behind_cr } else { before.ends_with('\n') };
        or_less(&text, at_line_end).iter().any(|text| {
            let rest = rest.strip_prefix(text.as_str());
            rest.is_some_and(|rest| shows(behind, rest, value, value.ends_with('\r')))
        })
    })
}

/// Whether `got` is `shown` with the value in place of the plain one: as text, as an address, or as a part of one.
fn fits(shown: &str, got: &str, value: &str, text: &str) -> bool {
    // In a part of an address everything but unreserved characters is encoded, in the plain value its slash.
    let part = PLAIN.replace('/', "%2F");
    let found = [PLAIN, part.as_str()]
        .into_iter()
        .filter_map(|plain| shown.find(plain).map(|at| (at, plain)))
        .min_by_key(|(at, _)| *at);
    let Some((at, plain)) = found else { return shown == got };
    let Some(rest) = got.strip_prefix(&shown[..at]) else { return false };
    let shown = &shown[at + plain.len()..];
    let encoded = |keep: fn(&u8) -> bool| {
        value.trim_matches(|c: char| keep(&b'/') && c <= ' ').bytes().fold(String::new(), |mut url, byte| {
            if keep(&byte) {
                url.push(char::from(byte))
            } else {
                url.push_str(&format!("%{byte:02X}"))
            }
            url
        })
    };
    let candidates = if plain == PLAIN {
        vec![text.to_owned(), encoded(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(byte))]
    } else {
        vec![encoded(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte))]
    };
    candidates.iter().any(|candidate| {
        rest.strip_prefix(candidate.as_str()).is_some_and(|rest| fits(shown, rest, value, text))
    })
}
