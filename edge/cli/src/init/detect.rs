//! The banners whose scripts a page loads, for `consent.banners` of a first playbook.

use parvis::consent::source::Banner;

/// The banners whose scripts the page loads: by the addresses of its scripts and of what it loads ahead, and by the text of
/// scripts in the page, which load others. What is commented out is not loaded.
pub(super) fn banners(page: &str) -> Vec<Banner> {
    let loaded = loaded(&page.to_ascii_lowercase());
    let loads = |banner: &Banner| {
        let scripts = banner.shown().scripts.iter();
        scripts.map(|script| script.to_ascii_lowercase()).any(|script| loaded.contains(&script))
    };
    Banner::ALL.into_iter().filter(loads).collect()
}

/// The tags `script` and `link` with the text of scripts, one behind the other.
fn loaded(page: &str) -> String {
    let mut loaded = String::new();
    let mut rest = page;
    while let Some((_, tag)) = rest.split_once('<') {
        let end = if tag.starts_with("!--") {
            rest = tag.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        } else if tag.starts_with("script") {
            "</script"
        } else if tag.starts_with("link") {
            ">"
        } else {
            rest = tag;
            continue;
        };
        let (text, behind) = tag.split_once(end).unwrap_or((tag, ""));
        loaded.push_str(text);
        loaded.push('\n');
        rest = behind;
    }
    loaded
}

/// The template of a playbook with these banners in it.
pub(super) fn named(template: &str, banners: &[Banner]) -> String {
    let Some((before, behind)) = template.split_once("\n  \"consent\": {\n") else {
        return template.to_owned();
    };
    let Some((comment, behind)) = behind.split_once('\n') else { return template.to_owned() };
    let names: Vec<String> = banners.iter().map(|banner| format!("\"{}\": true", banner.name())).collect();
    let names = names.join(", ");
    format!("{before}\n  \"consent\": {{\n{comment},\n    \"banners\": {{ {names} }}\n{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_their_banner() {
        for (page, names) in [
            ("<script src=https://consent.cookiebot.com/uc.js></script>", &["cookiebot"][..]),
            ("<SCRIPT SRC='https://CDN.cookielaw.org/scripttemplates/otSDKStub.js'></SCRIPT>", &["onetrust"]),
            ("<script>s.src='https://cdn.iubenda.com/cs/iubenda_cs.js'</script>", &["iubenda"]),
            ("<link rel=preload as=script href=/wp-content/plugins/complianz-gdpr/a.js>", &["complianz"]),
            (
                "<script src=/klaro.js></script><script src=//cookiehub.net/c2/1.js></script>",
                &["klaro", "cookiehub"],
            ),
            ("<!-- <script src=/klaro.js></script> --><p>klaro.js</p>", &[]),
            ("<a href=https://cdn.iubenda.com/>terms</a>", &[]),
            ("<script src=/klaro.js", &["klaro"]),
            ("", &[]),
        ] {
            let found: Vec<&str> = banners(page).iter().map(|banner| banner.name()).collect();
            assert_eq!(found, names, "{page}");
        }
    }

    /// Every banner that a playbook can name is found in a page that loads one of its scripts, and no other is.
    #[test]
    fn every_script_is_of_one_banner() {
        for banner in Banner::ALL {
            for script in banner.shown().scripts {
                let page = format!("<script async src=\"https://example.com/{script}\"></script>");
                assert_eq!(banners(&page), [banner], "{script}");
            }
        }
    }
}
