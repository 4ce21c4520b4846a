//! Reading the evidence: each stored flag goes to its decoder, and what it says to the scales.

use super::cmp::{
    Scratch, axeptio, commanders_act, complianz, consent_mode, cookiebot, cookieyes, didomi, klaro, onetrust,
    orejime, osano, quantcast, shopify, sourcepoint, tarteaucitron, trustarc, usercentrics, vanilla,
};
use super::evidence::Evidence;
use super::mirror::Mirrors;
use super::resolve::{Finding, Scales, Witness};
use super::settings::{Settings, Slot};
use super::source::{Banner, Source};
use super::vote::{Answer, Ballot, Marks, Verdict};
use super::{gpc, gpp, percent, tcf, time, us_privacy};
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
            match percent::decode(value, &mut self.scratch).and_then(time::parse) {
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
        match slot {
            Slot::Tcf => self.tcf(place, value),
            Slot::Tcf1 => self.put(Source::TCF_1, place, value, Answer::fault(Reason::UnsupportedVersion)),
            Slot::Gpp => self.gpp(place, value),
            Slot::UsPrivacy => self.put(Source::US_PRIVACY, place, value, us_privacy::read(value)),
            Slot::Mirror => self.mirror(place, value),
            Slot::OneTrustClosed => {}
            _ => self.banner(slot, place, value),
        }
    }

    /// A banner's own cookie: decoded once, read, and what its marks come to.
    fn banner(&mut self, slot: Slot, place: &str, value: &str) {
        let Reader { settings, scratch, categories, levels, closed, .. } = self;
        let settings = *settings;
        let mut ballot = Ballot { settings, banner: owner(slot), marks: Marks::default(), decided_at: None };
        let json = value.starts_with('{') && memchr::memchr(b'"', value.as_bytes()).is_some();
        let decoded = match slot {
            // OneTrust's form is decoded field by field.
            Slot::OneTrust => Some(value),
            Slot::Didomi => didomi::decode(value, scratch),
            // Half-encoded JSON has its quotes encoded.
            _ if json => Some(value),
            _ => percent::decode(value, scratch),
        };
        let verdict = match (slot, decoded) {
            (Slot::OneTrust, _) => match onetrust::read(value, &mut ballot, scratch) {
                Verdict::Chosen if closed.unreadable || !closed.any => Verdict::Unchosen,
                verdict => {
                    ballot.decided_at = closed.at;
                    verdict
                }
            },
            (Slot::DidomiBinary | Slot::OsanoBlob | Slot::UsercentricsOld, _) => {
                Verdict::Fault(Reason::Opaque)
            }
            (Slot::TrustArcLevels, text) => return levels.levels(text.and_then(trustarc::levels)),
            (Slot::TrustArcHighest, text) => return levels.levels(text.and_then(trustarc::up_to_highest)),
            (Slot::TrustArcPermits, text) => return levels.levels(text.and_then(trustarc::permits)),
            (Slot::TrustArcBehavior, text) => return levels.behavior(text.unwrap_or_default()),
            (_, None) => Verdict::Fault(Reason::Malformed),
            (Slot::Cookiebot, Some(text)) => cookiebot::read(text, &mut ballot),
            (Slot::Didomi, Some(text)) => didomi::read(text, &mut ballot),
            (Slot::Axeptio, Some(text)) => axeptio::read(text, &mut ballot),
            (Slot::Tarteaucitron, Some(text)) => tarteaucitron::read(text, &mut ballot),
            (Slot::Klaro, Some(text)) => klaro::read(text, &mut ballot),
            (Slot::Orejime, Some(text)) => orejime::read(text, &mut ballot),
            (Slot::Vanilla, Some(text)) => vanilla::read(text, &mut ballot),
            (Slot::CookieYes, Some(text)) => cookieyes::read(text, &mut ballot),
            (Slot::ComplianzPreferences, Some(text)) => {
                return categories.category(settings, "preferences", text);
            }
            (Slot::ComplianzStatistics, Some(text)) => {
                return categories.category(settings, "statistics", text);
            }
            (Slot::ComplianzMarketing, Some(text)) => {
                return categories.category(settings, "marketing", text);
            }
            (Slot::ComplianzPolicy, Some(text)) => return categories.policy(settings, text),
            (Slot::Osano, Some(text)) => osano::read(text, &mut ballot),
            (Slot::OsanoCategories, Some(text)) => osano::categories(text, &mut ballot),
            (Slot::CommandersAct, Some(text)) => commanders_act::read(text, &mut ballot),
            (Slot::Shopify, Some(text)) => shopify::read(text, &mut ballot),
            (Slot::Usercentrics, Some(text)) => usercentrics::read(text, &mut ballot),
            (Slot::ConsentMode, Some(text)) => consent_mode::read(text, &mut ballot),
            (Slot::Quantcast, _) => quantcast::read(),
            (_, Some(_)) => sourcepoint::read(),
        };
        let answer = ballot.answer(verdict);
        self.put(Source::banner(owner(slot)), place, value, answer);
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
        let Some(mirrors) = Mirrors::parse(value) else {
            return self.put(Source::API, place, value, Answer::fault(Reason::Malformed));
        };
        for mirror in [mirrors.own, mirrors.seen].into_iter().flatten() {
            let answer = Answer::choice(mirror.vote());
            let finding = Finding { source: mirror.origin, place, value, answer, stale: false };
            self.scales.put_override(finding, mirror.is_override());
        }
    }

    /// What is spread over several cookies, and the signals that are no cookies.
    fn finish(&mut self, evidence: &Evidence<'_>) {
        let settings = self.settings;
        let empty = |banner: Banner| Ballot { settings, banner, marks: Marks::default(), decided_at: None };
        if self.categories.any() {
            let mut ballot = empty(Banner::Complianz);
            ballot.marks = self.categories.marks();
            let answer = ballot.answer(self.categories.verdict(settings));
            self.put(Source::banner(Banner::Complianz), "cmplz_*", "", answer);
        }
        if self.levels.any() {
            let mut ballot = empty(Banner::TrustArc);
            let verdict = self.levels.read(&mut ballot);
            let answer = ballot.answer(verdict);
            self.put(Source::banner(Banner::TrustArc), "notice_*", "", answer);
        }
        self.scales.gpc |= evidence.script_gpc
            || (evidence.dnt && self.settings.dnt_as_gpc())
            || evidence.sec_gpc.iter().any(|field| gpc::asks(field));
        self.scales.refused = self.scales.gpc || evidence.sec_gpc.iter().any(|field| gpc::seems(field));
    }
}

/// The banner whose cookies a slot holds.
const fn owner(slot: Slot) -> Banner {
    match slot {
        Slot::OneTrust => Banner::OneTrust,
        Slot::Cookiebot => Banner::Cookiebot,
        Slot::Didomi | Slot::DidomiBinary => Banner::Didomi,
        Slot::Axeptio => Banner::Axeptio,
        Slot::Tarteaucitron => Banner::Tarteaucitron,
        Slot::Klaro => Banner::Klaro,
        Slot::Orejime => Banner::Orejime,
        Slot::Vanilla => Banner::Vanilla,
        Slot::CookieYes => Banner::CookieYes,
        Slot::Osano | Slot::OsanoBlob | Slot::OsanoCategories => Banner::Osano,
        Slot::Quantcast => Banner::Quantcast,
        Slot::CommandersAct => Banner::CommandersAct,
        Slot::Shopify => Banner::Shopify,
        Slot::Usercentrics | Slot::UsercentricsOld => Banner::Usercentrics,
        Slot::ConsentMode => Banner::ConsentMode,
        _ => Banner::Sourcepoint,
    }
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
            Some(Slot::Mirror) => Mirrors::parse(value)
                .and_then(|mirrors| mirrors.seen)
                .is_some_and(|mirror| mirror.origin.is_tcf()),
            // Banners pack every law into one GPP string: beside a US section, the European one says nothing.
            Some(Slot::Gpp) => gpp::parse(value).is_some_and(|gpp| {
                !gpp.has_us() && gpp.sections().any(|(id, section)| id == 2 && tcf::parse(section).is_ok())
            }),
            _ => false,
        };
    });
    found
}
