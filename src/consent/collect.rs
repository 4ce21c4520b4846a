//! Reading the evidence: each stored flag goes to its decoder, and what it says to the scales.

use super::cmp::{
    Scratch, axeptio, commanders_act, complianz, consent_mode, cookiebot, cookieyes, didomi, klaro, onetrust,
    orejime, osano, quantcast, shopify, sourcepoint, tarteaucitron, trustarc, usercentrics, vanilla,
};
use super::evidence::Evidence;
use super::resolve::{Finding, Scales, Witness};
use super::settings::{Settings, Slot};
use super::source::{Banner, Source};
use super::vote::Answer;
use super::{gpc, gpp, mirror, tcf, time, us_privacy};
use crate::facts::Millis;
use crate::limits;
use crate::reason::Reason;

/// Reads everything once, in the order in which it was sent; the result does not depend on that order.
pub(super) fn collect<S: Settings, W: Witness>(
    evidence: &Evidence<'_>,
    settings: &S,
    scales: &mut Scales<'_, W>,
) {
    let mut reader = Reader {
        settings,
        scales,
        scratch: [0; limits::COOKIE_VALUE_BYTES],
        categories: complianz::Categories::default(),
        levels: trustarc::Levels::default(),
        closed: Closed::default(),
    };
    reader.closing_times(evidence);
    evidence.each(&mut |name, value| {
        if let Some(slot) = settings.slot(name) {
            reader.read(slot, name, value);
        }
    });
    reader.finish(evidence);
}

/// When OneTrust's banner was closed, if every copy of the cookie says so: the earliest of them.
#[derive(Clone, Copy, Default)]
struct Closed {
    any: bool,
    unreadable: bool,
    at: Option<Millis>,
}

struct Reader<'r, 's, S, W> {
    settings: &'r S,
    scales: &'r mut Scales<'s, W>,
    scratch: Scratch,
    categories: complianz::Categories,
    levels: trustarc::Levels,
    closed: Closed,
}

impl<S: Settings, W: Witness> Reader<'_, '_, S, W> {
    /// OneTrust's form is judged against its closing time, so that one is read first.
    fn closing_times(&mut self, evidence: &Evidence<'_>) {
        evidence.each(&mut |name, value| {
            if self.settings.slot(name) != Some(Slot::OneTrustClosed) {
                return;
            }
            self.closed.any = true;
            match super::percent::decode(value, &mut self.scratch).and_then(time::parse) {
                Some(at) => self.closed.at = Some(self.closed.at.map_or(at, |first| first.min(at))),
                None => self.closed.unreadable = true,
            }
        });
    }

    fn read(&mut self, slot: Slot, place: &str, value: &str) {
        if value.len() > limits::COOKIE_VALUE_BYTES {
            self.too_long(slot, place, value);
            return;
        }
        let Reader { settings, scratch, .. } = self;
        let (banner, answer) = match slot {
            Slot::Tcf => return self.tcf(place, value),
            Slot::Tcf1 => {
                return self.put(Source::TCF_1, place, value, Answer::fault(Reason::UnsupportedVersion));
            }
            Slot::Gpp => return self.gpp(place, value),
            Slot::UsPrivacy => return self.put(Source::US_PRIVACY, place, value, us_privacy::read(value)),
            Slot::Mirror => return self.mirror(place, value),
            Slot::OneTrust => (Banner::OneTrust, self.onetrust(value)),
            Slot::OneTrustClosed => return,
            Slot::Cookiebot => (Banner::Cookiebot, cookiebot::read(value, *settings, scratch)),
            Slot::Didomi => (Banner::Didomi, didomi::read(value, *settings, scratch)),
            Slot::DidomiBinary => (Banner::Didomi, Answer::fault(Reason::Opaque)),
            Slot::Axeptio => (Banner::Axeptio, axeptio::read(value, *settings, scratch)),
            Slot::Tarteaucitron => (Banner::Tarteaucitron, tarteaucitron::read(value, *settings)),
            Slot::Klaro => (Banner::Klaro, klaro::read(value, *settings, scratch)),
            Slot::Orejime => (Banner::Orejime, orejime::read(value, *settings, scratch)),
            Slot::Vanilla => (Banner::Vanilla, vanilla::read(value, *settings, scratch)),
            Slot::CookieYes => (Banner::CookieYes, cookieyes::read(value, *settings, scratch)),
            Slot::ComplianzPreferences => return self.categories.category(*settings, "preferences", value),
            Slot::ComplianzStatistics => return self.categories.category(*settings, "statistics", value),
            Slot::ComplianzMarketing => return self.categories.category(*settings, "marketing", value),
            Slot::ComplianzPolicy => return self.categories.policy(*settings, value),
            Slot::TrustArcLevels => {
                return self.levels.levels(trustarc_text(value, scratch, trustarc::levels));
            }
            Slot::TrustArcHighest => {
                return self.levels.levels(trustarc_text(value, scratch, trustarc::up_to_highest));
            }
            Slot::TrustArcPermits => {
                return self.levels.levels(trustarc_text(value, scratch, trustarc::permits));
            }
            Slot::TrustArcBehavior => {
                let decoded = super::percent::decode(value, scratch).unwrap_or_default();
                return self.levels.behavior(decoded);
            }
            Slot::Osano => (Banner::Osano, osano::read(value, *settings)),
            Slot::OsanoBlob => (Banner::Osano, Answer::fault(Reason::Opaque)),
            Slot::Sourcepoint => (Banner::Sourcepoint, sourcepoint::read()),
            Slot::Quantcast => (Banner::Quantcast, quantcast::read()),
            Slot::CommandersAct => (Banner::CommandersAct, commanders_act::read(value, *settings, scratch)),
            Slot::Shopify => (Banner::Shopify, shopify::read(value, *settings, scratch)),
            Slot::Usercentrics => (Banner::Usercentrics, usercentrics::read(value, *settings)),
            Slot::UsercentricsOld => (Banner::Usercentrics, Answer::fault(Reason::Opaque)),
            Slot::ConsentMode => (Banner::ConsentMode, consent_mode::read(value, *settings)),
        };
        self.put(Source::banner(banner), place, value, answer);
    }

    fn put(&mut self, source: Source, place: &str, value: &str, answer: Answer) {
        self.scales.put(Finding { source, place, value, answer, stale: false });
    }

    fn too_long(&mut self, slot: Slot, place: &str, value: &str) {
        let reason = Reason::ValueTooLong;
        match slot {
            // Too long to be read is malformed, and a malformed opt-out denies.
            Slot::UsPrivacy => self.put(Source::US_PRIVACY, place, value, Answer::malformed_opt_out(reason)),
            Slot::Gpp => self.put(Source::GPP, place, value, Answer::malformed_opt_out(reason)),
            Slot::Tcf | Slot::Tcf1 => self.put(Source::TCF_PUBLISHER, place, value, Answer::fault(reason)),
            _ => {}
        }
    }

    fn tcf(&mut self, place: &str, value: &str) {
        let source = tcf_source(self.settings, value);
        let answer = match tcf::parse(value) {
            Ok(tcf) => tcf.answer(self.settings),
            Err(reason) => Answer::fault(reason),
        };
        self.put(source, place, value, answer);
    }

    /// A leading `C` is a bare TC string and a digit a US Privacy string (facts/consent.md §2.1).
    fn gpp(&mut self, place: &str, value: &str) {
        let bare = memchr::memchr(b'~', value.as_bytes()).is_none();
        match value.as_bytes().first() {
            Some(b'C') if bare => return self.tcf(place, value),
            Some(b'0'..=b'9') if bare => {
                return self.put(Source::US_PRIVACY, place, value, us_privacy::read(value));
            }
            _ => {}
        }
        let Some(gpp) = gpp::parse(value) else {
            return self.put(Source::GPP, place, value, Answer::malformed_opt_out(Reason::Malformed));
        };
        self.put(Source::GPP, place, value, Answer::UNCHOSEN);
        for (id, section) in gpp.sections() {
            let source = Source::section(u8::try_from(id).unwrap_or(u8::MAX));
            let answer = match id {
                2 => match tcf::parse(section) {
                    Ok(tcf) => tcf.answer(self.settings),
                    Err(reason) => Answer::fault(reason),
                },
                6 => us_privacy::read(section),
                _ if gpp::layout(id).is_some() => match gpp::us_section(id, section) {
                    Some(section) => {
                        self.scales.gpc |= section.gpc == Some(true);
                        section.answer()
                    }
                    None => Answer::malformed_opt_out(Reason::Malformed),
                },
                _ => continue,
            };
            self.put(source, place, section, answer);
        }
    }

    fn mirror(&mut self, place: &str, value: &str) {
        let (answer, mirror) = mirror::read(value);
        let source = mirror.map_or(Source::API, |mirror| mirror.source());
        let override_asked = mirror.is_some_and(|mirror| mirror.origin.is_none() && mirror.notice > 0);
        self.scales.put_override(Finding { source, place, value, answer, stale: false }, override_asked);
    }

    fn onetrust(&mut self, value: &str) -> Answer {
        let mut answer = onetrust::read(value, self.settings, &mut self.scratch);
        if answer.chosen && (self.closed.unreadable || !self.closed.any) {
            answer = Answer::UNCHOSEN;
        }
        if answer.chosen {
            answer.vote.decided_at = self.closed.at;
        }
        answer
    }

    /// What is spread over several cookies, and the signals that are no cookies.
    fn finish(&mut self, evidence: &Evidence<'_>) {
        if self.categories.any() {
            let answer = self.categories.answer(self.settings);
            self.put(Source::banner(Banner::Complianz), "cmplz_*", "", answer);
        }
        if let Some(answer) = self.levels.answer(self.settings) {
            self.put(Source::banner(Banner::TrustArc), "notice_*", "", answer);
        }
        self.scales.gpc |= evidence.script_gpc
            || (evidence.dnt && self.settings.dnt_as_gpc())
            || evidence.sec_gpc.iter().any(|field| gpc::asks(field));
        self.scales.refused = self.scales.gpc || evidence.sec_gpc.iter().any(|field| gpc::seems(field));
    }
}

fn trustarc_text(value: &str, scratch: &mut Scratch, read: fn(&str) -> Option<u16>) -> Option<u16> {
    super::percent::decode(value, scratch).and_then(read)
}

/// Whose choice a TC string is taken for.
fn tcf_source(settings: &impl Settings, value: &str) -> Source {
    if settings.tcf().vendor.is_some() {
        Source::TCF_VENDOR
    } else if settings.tcf().fallback_to_core && tcf::parse(value).is_ok_and(|tcf| tcf.publisher.is_none()) {
        Source::TCF_CORE
    } else {
        Source::TCF_PUBLISHER
    }
}

/// Whether a stored TC string says that European law applies, which a region of opt-out does not outweigh.
pub(super) fn european<S: Settings>(evidence: &Evidence<'_>, settings: &S) -> bool {
    let mut found = false;
    evidence.each(&mut |name, value| {
        found |= match settings.slot(name) {
            Some(Slot::Tcf) => tcf::parse(value).is_ok(),
            // Banners pack every law into one GPP string: beside a US section, the European one says nothing.
            Some(Slot::Gpp) => gpp::parse(value).is_some_and(|gpp| {
                !gpp.has_us() && gpp.sections().any(|(id, section)| id == 2 && tcf::parse(section).is_ok())
            }),
            _ => false,
        };
    });
    found
}
