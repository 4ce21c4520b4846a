//! Every accessor of a compiled playbook, whatever its bytes: all lists end, all texts lie in the file, and code of any kind
//! takes no more steps than it may.

use std::cell::Cell;

use parvis::condition::eval::{Fuel, Truth, eval};
use parvis::condition::reading::{Reading, SignalReader, Value};
use parvis::html::parts;
use parvis::html::template::{Field, Shown, Values, render};
use parvis::limits;
use parvis::playbook::Playbook;
use parvis::playbook::view::{Campaign, Content};
use parvis::reason::Reason;
use parvis::signal::registry::Signal;

/// Reads everything there is.
pub(super) fn walk(playbook: &Playbook) {
    let length = playbook.bytes().len();
    let site = playbook.site();
    within(playbook, &[site.name, site.host, site.marker, site.seed]);
    assert!(playbook.consent_section().len() <= length);
    let _ = (playbook.needs().any(), playbook.profile());
    for signal in Signal::ALL {
        let keyed = playbook.is_keyed_on(*signal);
        assert!(keyed || !signal.entry().in_url, "the URL is always in a cache's key");
    }
    for kind in [0, 1, 63, 64, u8::MAX] {
        let blocks: Vec<_> = playbook.blocks(kind).collect();
        assert!(blocks.len() <= length && (kind < 64 || blocks.is_empty()));
        for block in blocks {
            assert_eq!(playbook.block(block.index), Some(block));
            within(playbook, &[block.id, block.reserve.unwrap_or_default()]);
            let campaigns: Vec<u16> =
                playbook.campaigns(block.index).map(|campaign| campaign.index).collect();
            assert!(campaigns.is_sorted_by(|a, b| *a + 1 == *b), "a block's campaigns lie apart");
        }
    }
    for path in ["/", "/p/desk-lamp", "/c/lighting", "/cart", "", "//", "/p/", "/p/\u{e9}"] {
        let Some(page) = playbook.page(path) else { continue };
        within(playbook, &[page.kind, page.search.unwrap_or_default()]);
        assert!(page.item.is_none_or(|item| path.contains(item)), "an item that is not in the path");
    }
    catalog(playbook);
    let mut fuel = Fuel::new();
    let total = Counted::default();
    for campaign in playbook.every_campaign() {
        assert_eq!(playbook.campaign(campaign.index).map(|same| same.index), Some(campaign.index));
        self::campaign(playbook, &campaign, &mut fuel, &total);
    }
    assert!(total.reads.get() <= 2 * limits::REQUEST_STEPS, "{} reads", total.reads.get());
}

fn catalog(playbook: &Playbook) {
    let length = playbook.bytes().len();
    let items: Vec<_> = playbook.items().collect();
    assert!(items.len() <= length);
    let sorted = items.is_sorted_by(|a, b| a.id < b.id);
    for (number, item) in items.iter().enumerate() {
        within(playbook, &[item.id, item.title, item.url]);
        let found = playbook.item(item.id);
        assert!(!sorted || found == Some(*item), "an item is not found by its id");
        assert!(found.is_none_or(|found| found.id == item.id), "another item is found");
        let _ = (playbook.replenishes(number), playbook.amount(item.id));
    }
    assert!(playbook.replenishes(items.len()).is_none());
    for category in playbook.categories() {
        let found = playbook.category(category.id);
        assert!(found.is_none_or(|found| found.id == category.id), "another category is found");
    }
    let stores: Vec<_> = playbook.stores().collect();
    assert!(stores.len() <= limits::STORES);
    for store in &stores {
        assert!(playbook.store(store.id).is_none_or(|found| found.id == store.id));
        assert!(!store.has(""));
    }
    let preferences = playbook.preferences().inspect(|(pair, (name, value))| {
        assert_eq!(*pair, format!("{name}={value}"));
    });
    assert!(preferences.count() <= limits::PREFERENCES * limits::PREFERENCE_VALUES);
    for value in ["", "<b>", "a  b", " a", "a@b"] {
        assert!(!playbook.may_show("utm_content", value), "a form of no form: {value}");
    }
}

fn campaign(playbook: &Playbook, campaign: &Campaign<'_>, fuel: &mut Fuel, total: &Counted) {
    within(playbook, &[campaign.id(), campaign.audience().unwrap_or_default()]);
    fuel.refill();
    for code in campaign.conditions() {
        let first = eval(code, total, fuel);
        // With full tanks again: the same, whatever was asked before.
        let counted = Counted::default();
        let mut full = Fuel::new();
        let again = eval(code, &counted, &mut full);
        assert!(counted.reads.get() <= limits::CONDITION_STEPS + guards(code), "{}", counted.reads.get());
        assert!(first == again || first == Truth::Faulty, "{first:?}, then {again:?}");
    }
    let operators = campaign.operators().count();
    // Its own cap within a visit is in its record.
    assert!(operators <= playbook.bytes().len() + 1);
    assert!(campaign.caps().count() <= operators);
    for operator in campaign.operators() {
        let _ = operator.permits();
    }
    let _ = (campaign.around(), campaign.sticky(), campaign.is_limited());
    if let Some(fatigue) = campaign.fatigue() {
        for times in [0, 1, 2, u8::MAX] {
            assert!(
                fatigue.backoff_hours(times) <= u32::from(fatigue.max_backoff),
                "a rest longer than the longest"
            );
        }
    }
    let variants: Vec<_> = campaign.variants().collect();
    assert!(variants.len() <= 256);
    for variant in variants {
        match variant.content {
            Content::Template(code) => rendered(code),
            Content::Parts(code) => {
                assert!(parts::changes(code).count() <= code.len());
                parts::changes(code).for_each(|(_, (from, to))| rendered(&code[from..to]));
            }
            Content::Control | Content::Hide | Content::Order(_) | Content::OrderBy(_) => {}
        }
    }
}

/// Guards in front of a condition are read beside its steps, one signal each.
fn guards(code: &[u8]) -> u32 {
    u32::try_from(code.len()).expect("a short file")
}

/// What a template shows is bounded, and nothing of it stays where it fails.
fn rendered(code: &[u8]) {
    let asked = Cell::new(0_u32);
    let mut out = b"before".to_vec();
    let done = render(code, &Long(&asked), &mut out);
    let added = out.strip_prefix(b"before").expect("what was there stays").len();
    assert!(added <= limits::CONTENT_BYTES && (done.is_ok() || added == 0), "{added} bytes");
}

/// The texts lie in the file.
fn within(playbook: &Playbook, texts: &[&str]) {
    let file = playbook.bytes().as_ptr_range();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        let text = text.as_bytes().as_ptr_range();
        assert!(file.start <= text.start && text.end <= file.end, "a text from elsewhere");
    }
}

/// Signals of every kind, counted.
#[derive(Default)]
struct Counted {
    reads: Cell<u32>,
    lists: [Vec<&'static str>; 1],
}

impl SignalReader for Counted {
    fn read(&self, signal: Signal) -> Reading<'_> {
        self.reads.set(self.reads.get() + 1);
        match signal.code() % 6 {
            0 => Reading::Known(Value::Text("desk-lamp")),
            1 => Reading::Known(Value::Number(3)),
            2 => Reading::Known(Value::Flag(true)),
            3 => Reading::Known(Value::List(&self.lists[0])),
            4 => Reading::Missing,
            _ => Reading::NotPermitted,
        }
    }
}

/// Values that are long, so that bounds are reached.
struct Long<'c>(&'c Cell<u32>);

impl Values for Long<'_> {
    fn value(&self, _: u8, _: Field) -> Result<Shown<'_>, Reason> {
        self.0.set(self.0.get() + 1);
        Ok(Shown::Text("a value that is rather long & <b>escaped</b>"))
    }

    fn element(&self, _: u8, index: usize, _: Field) -> Option<Result<Shown<'_>, Reason>> {
        self.0.set(self.0.get() + 1);
        // A list without end.
        (index < usize::MAX).then_some(Ok(Shown::Number(-1)))
    }
}
