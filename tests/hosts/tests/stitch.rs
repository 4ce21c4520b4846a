//! Real pages as stitched gzip: what is read is what was written, and it is not much longer than gzip of the whole.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a failing test may panic")]

use std::time::Instant;

use parvis::effect::Piece;
use parvis::html::blocks;
use parvis::html::plan::{self, Plan, Splices, Version};
use parvis::html::splice::{Edit, Operation, Splicer};
use parvis_host_tests::coded::{code, decode};
use parvis_native::stitch::Stitched;

const CONTENT: &str = "<h2>Welcome back</h2><p>The lamps you looked at are still here.</p>";

#[test]
fn real_pages_read_as_they_were_written() {
    let Some(folder) = parvis_skip::shared_or_skip("stitch pages", "pages") else { return };
    let listed = std::fs::read_dir(folder).unwrap();
    let mut pages = 0;
    let (mut stitched_bytes, mut gzip_bytes, mut times) = (0, 0, 0.0);
    for path in listed.map(|entry| entry.unwrap().path()) {
        if path.extension().is_none_or(|ending| ending != "html") {
            continue;
        }
        pages += 1;
        parvis_skip::ran("stitch pages", 1);
        let page = std::fs::read(&path).unwrap();
        // Every element with an id that can be a block is one, as with `"marker": "id"`.
        let ids: Vec<String> =
            blocks::find(&page, "id").blocks.into_iter().map(|block| block.id).take(20).collect();
        let mut planning = Splicer::planning("id", Vec::new(), ids.clone(), 1);
        planning.push(&page, &mut Vec::new());
        planning.end(&mut Vec::new());
        let plan = planning.plan(Version::of_page(&page)).unwrap();
        let plan = Plan::open(&plan).unwrap();
        let stitched = Stitched::new(&page, &plan.cuts()).unwrap();
        for (every, operation) in [
            (1, Operation::ReplaceInner),
            (4, Operation::ReplaceInner),
            (3, Operation::Hide),
            (1, Operation::Hide),
        ] {
            let edits: Vec<Edit> = ids
                .iter()
                .step_by(every)
                .map(|id| Edit { id: id.clone(), operation, content: CONTENT.into(), tests: Vec::new() })
                .collect();
            let mut splices = Splices::default();
            assert!(plan.apply(&edits, Some(&page), &mut splices));
            let pieces = splices.pieces().iter().map(|piece| match *piece {
                plan::Piece::Page { from, to } => Piece::Page { from, to },
                plan::Piece::Content(edit) => Piece::Content(&edits.get(edit).unwrap().content),
                plan::Piece::Part { edit, from, to } => {
                    Piece::Content(edits.get(edit).unwrap().content.get(from..to).unwrap())
                }
            });
            let (parts, length) = stitched.join(pieces.clone()).unwrap();
            let body: Vec<u8> = parts.iter().flatten().copied().collect();
            let mut streamed = Vec::new();
            let mut splicer = Splicer::new("id", edits.clone());
            splicer.push(&page, &mut streamed);
            splicer.end(&mut streamed);
            let case = format!("{} {every} {operation:?}", path.display());
            assert!(decode("gzip", &body).unwrap() == streamed, "{case}");
            assert_eq!(u64::try_from(body.len()), Ok(length), "{case}");
            if every == 4 {
                let started = Instant::now();
                let whole = code("gzip", &streamed).unwrap().len();
                let compressing = started.elapsed();
                let started = Instant::now();
                (0..100).for_each(|_| drop(std::hint::black_box(stitched.join(pieces.clone()))));
                let stitching = started.elapsed() / 100;
                println!(
                    "{case}: {} bytes, {length} stitched in {stitching:.1?}, {whole} as a whole in {compressing:.1?}",
                    streamed.len()
                );
                times += (compressing.as_secs_f64() / stitching.as_secs_f64()).ln();
                stitched_bytes += body.len();
                gzip_bytes += whole;
            }
        }
    }
    let ratio = stitched_bytes as f64 / gzip_bytes as f64;
    let times = (times / f64::from(pages)).exp();
    println!(
        "{pages} pages: {ratio:.2} times as long as gzip of the whole at level 6, and {times:.0} times as fast"
    );
    assert!(pages >= 10 && ratio < 1.6, "{pages} pages, {ratio}");
}
