//! What a condition is told in `bench decide`: the signals of one visitor in a small array, as the engine reads them.

use parvis::condition::{Reading, SignalReader, Value, prefilter};
use parvis::signal::registry::Signal;

use crate::loaded;
use crate::policy::Visitor;

/// The values of a visitor, by the code of their signal.
#[must_use]
pub fn values(visitor: &Visitor) -> Vec<loaded::Value> {
    use loaded::Value::{List, Missing, Number, Text};
    let text = |text: &str| Text(text.to_owned());
    let mut values = vec![Missing; usize::from(u8::MAX)];
    let mut set = |signal: Signal, value| values[usize::from(signal.code())] = value;
    set(Signal::Country, text(visitor.country));
    set(Signal::Language, text(visitor.language));
    set(Signal::Device, text(visitor.device));
    set(Signal::Referrer, text(visitor.referrer));
    set(Signal::PageKind, text("home"));
    set(Signal::Weekday, text("saturday"));
    set(Signal::Hour, Number(20));
    set(Signal::Items, List(visitor.items.clone()));
    set(Signal::LastCategory, text(visitor.last_category));
    set(Signal::CartCount, Number(visitor.cart_count as i64));
    if let Some([campaign, source, medium]) = &visitor.utm {
        set(Signal::Campaign, text(campaign));
        set(Signal::CampaignSource, text(source));
        set(Signal::CampaignMedium, text(medium));
    }
    values
}

/// The same values as readings, with their marks as they come to be asked for; see [`Given::forget`].
pub struct Given<'v>(Vec<Reading<'v>>, prefilter::Marks);

impl<'v> Given<'v> {
    /// Borrows `values`.
    #[must_use]
    pub fn of(values: &'v [loaded::Value]) -> Given<'v> {
        let reading = |value: &'v loaded::Value| match value {
            loaded::Value::Missing => Reading::Missing,
            loaded::Value::Text(text) => Reading::Known(Value::Text(text)),
            loaded::Value::Number(number) => Reading::Known(Value::Number(*number)),
            loaded::Value::List(list) => Reading::Known(Value::List(list)),
        };
        Given(values.iter().map(reading).collect(), prefilter::Marks::default())
    }

    /// Forgets all marks, as with a new request.
    pub fn forget(&self) {
        self.1.forget();
    }
}

impl SignalReader for Given<'_> {
    fn read(&self, signal: Signal) -> Reading<'_> {
        self.0.get(usize::from(signal.code())).copied().unwrap_or(Reading::Missing)
    }

    fn marks(&self, signal: Signal) -> u64 {
        self.1.of(signal, self)
    }
}
