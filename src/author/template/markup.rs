//! Allowed markup of templates: tables of elements and attributes, and the URLs that links may have.
//!
//! The tables follow the HTML Standard (void elements §13.1.2, optional tags §13.1.2.4, attributes §"List of attributes") and
//! OWASP's list of dangerous contexts.

/// White space in a tag; no other character separates, whatever it looks like.
pub(in crate::author) fn is_space(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\x0C' | '\r' | ' ')
}

/// Elements without end tag.
pub(in crate::author) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Why an element is not allowed in a template.
pub(in crate::author) fn refused_element(name: &str) -> Option<&'static str> {
    Some(match name {
        "script" => "scripts do not belong in a template; put them in the page",
        "style" | "link" => {
            "styles do not belong in a template; put them in the site's style sheet and use `class`"
        }
        "base" | "meta" | "html" | "head" | "body" | "title" | "frame" | "frameset" => {
            "it belongs in the page, not in a block"
        }
        "plaintext" | "xmp" | "noembed" | "noframes" | "noscript" | "template" | "textarea" => {
            "browsers read its contents in a way of their own; use other elements"
        }
        "object" | "embed" | "applet" => "plug-ins are not allowed; use `img`, `video` or `iframe`",
        "animate" | "animatemotion" | "animatetransform" | "set" | "foreignobject" | "handler" => {
            "it can change what other attributes mean; draw without it"
        }
        _ => return None,
    })
}

/// Elements that close an open `p` implicitly.
pub(in crate::author) fn closes_paragraph(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}

/// h1 to h6.
pub(in crate::author) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether the content of this element belongs to svg or math; `None` if it depends on the context.
pub(in crate::author) fn foreign_inside(name: &str) -> Option<bool> {
    match name {
        "svg" | "math" => Some(true),
        "foreignobject" | "desc" | "title" | "mi" | "mo" | "mn" | "ms" | "mtext" | "annotation-xml" => {
            Some(false)
        }
        _ => None,
    }
}

/// Elements of HTML that end an svg or math around them.
pub(in crate::author) fn leaves_foreign(name: &str) -> bool {
    matches!(
        name,
        "b" | "big"
            | "blockquote"
            | "br"
            | "center"
            | "code"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "em"
            | "embed"
            | "font"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "i"
            | "img"
            | "li"
            | "listing"
            | "menu"
            | "meta"
            | "nobr"
            | "ol"
            | "p"
            | "pre"
            | "ruby"
            | "s"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "table"
            | "tt"
            | "u"
            | "ul"
            | "var"
    )
}

/// Whether text is allowed directly in this element.
pub(in crate::author) fn takes_text(name: &str) -> bool {
    !matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "colgroup" | "iframe")
}

/// Elements that browsers do not nest within another of their kind.
pub(in crate::author) fn stands_alone(name: &str) -> bool {
    matches!(name, "a" | "button" | "form" | "nobr" | "option" | "optgroup" | "select")
}

/// The parents that a part of a table, list or selection needs; elsewhere browsers move or drop it.
pub(in crate::author) fn parents(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "tr" => &["tbody", "thead", "tfoot"],
        "td" | "th" => &["tr"],
        "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => &["table"],
        "col" => &["colgroup"],
        "li" => &["ul", "ol", "menu"],
        "dt" | "dd" => &["dl", "div"],
        "option" => &["select", "optgroup", "datalist"],
        "optgroup" => &["select"],
        _ => return None,
    })
}

/// Whether `child` is allowed directly in `parent`; browsers would move it out otherwise.
pub(in crate::author) fn fits_in(parent: &str, child: &str) -> bool {
    match parent {
        "table" => matches!(child, "tbody" | "thead" | "tfoot" | "caption" | "colgroup"),
        "tbody" | "thead" | "tfoot" => child == "tr",
        "tr" => matches!(child, "td" | "th"),
        "colgroup" => child == "col",
        "select" => matches!(child, "option" | "optgroup" | "hr"),
        "optgroup" => child == "option",
        "option" | "iframe" => false,
        _ => true,
    }
}

/// Whether an attribute holds a URL.
pub(in crate::author) fn is_address(name: &str) -> bool {
    matches!(
        name,
        "href"
            | "src"
            | "action"
            | "poster"
            | "cite"
            | "formaction"
            | "background"
            | "data"
            | "longdesc"
            | "xlink:href"
            | "manifest"
            | "codebase"
            | "ping"
            | "srcset"
            | "imagesrcset"
    )
}

/// Whether values are allowed in a URL in this attribute.
pub(in crate::author) fn takes_address(name: &str) -> bool {
    matches!(name, "href" | "src" | "action" | "poster" | "cite")
}

/// Why a value is not allowed in this attribute.
pub(in crate::author) fn refused_value(name: &str) -> Option<&'static str> {
    Some(match name {
        "style" => "styles with values in them are not allowed; choose between classes with `{{#if}}`",
        "srcset" | "imagesrcset" => "a list of addresses cannot take values; use `src`",
        "id" | "name" | "for" | "form" | "is" | "slot" => {
            "names of elements must be known when the playbook is compiled"
        }
        name if is_address(name) && !takes_address(name) => {
            "only `href`, `src`, `action`, `poster` and `cite` take an address with values"
        }
        _ => return None,
    })
}

/// Why an attribute is not allowed in a template at all.
pub(in crate::author) fn refused_attribute(name: &str) -> Option<&'static str> {
    Some(match name {
        name if name.starts_with("on") => "event handlers are scripts; listen in the page's script",
        "srcdoc" => "a page within the page escapes every check; use `src`",
        "nonce" | "integrity" => "it concerns scripts, which a template has none of",
        _ => return None,
    })
}

/// Whether `url`, as written in the source, is a link to a page, a mail or a telephone number.
pub(in crate::author) fn is_harmless(url: &str) -> bool {
    let head = url.find(['/', '?', '#']).and_then(|at| url.get(..at)).unwrap_or(url);
    let head = head.trim();
    let plain = !head.contains('&') && !head.chars().any(char::is_control);
    plain
        && match head.split_once(':') {
            Some((scheme, _)) => {
                matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto" | "tel")
            }
            None => true,
        }
}
