//! lol_html doing the same: one attribute selector, or one selector a block.

use std::cell::Cell;

use lol_html::html_content::ContentType;
use lol_html::{HtmlRewriter, Settings, element};
use parvis::html::splice::Sink as _;
use xtask_bench_guest::{CHUNK, CONTENT, Out, ids, next, with_page};

/// The blocks of the page in memory; with `selectors` above 1 as many exact ones, which match the first blocks.
#[unsafe(no_mangle)]
pub extern "C" fn find(selectors: usize) -> usize {
    with_page(|page, _| {
        let found = Cell::new(0);
        let mut settings = Settings::new();
        for number in 0..selectors.max(1) {
            settings = settings.append_element_content_handler(element!(selector(selectors, number), |_| {
                found.set(found.get() + 1);
                Ok(())
            }));
        }
        let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| ());
        if rewriter.write(page).is_err() || rewriter.end().is_err() {
            return 0;
        }
        found.get()
    })
}

fn selector(selectors: usize, number: usize) -> String {
    if selectors > 1 { format!("[data-block=\"b{number}\"]") } else { "[data-block]".to_owned() }
}

/// One request: the page streams.
#[unsafe(no_mangle)]
pub extern "C" fn stream(selectors: usize) {
    let mut buffer = [0; CHUNK];
    let ids = ids(&mut buffer);
    let mut settings = Settings::new();
    for number in 0..selectors.max(1) {
        settings = settings.append_element_content_handler(element!(selector(selectors, number), |block| {
            if block.get_attribute("data-block").is_some_and(|id| ids.contains(&id)) {
                block.set_inner_content(CONTENT, ContentType::Html);
            }
            Ok(())
        }));
    }
    let mut rewriter = HtmlRewriter::new(settings, |piece: &[u8]| Out.write(piece));
    loop {
        let length = next(&mut buffer);
        if length == 0 {
            // A page that it refuses leaves cut off, which the bench sees.
            let _ = rewriter.end();
            return;
        }
        if rewriter.write(buffer.get(..length).unwrap_or_default()).is_err() {
            return;
        }
    }
}
