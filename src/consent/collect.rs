//! Dispatches each stored flag, those of banners included, to its decoder, and adds the result to the `Scales` that merge them.

use super::banners::banners;
use super::bridge::Mirrors;
use super::cmp::schema::{Form, Seen};
use super::cmp::{
    Scratch, axeptio, commanders_act, complianz, consent_mode, cookiebot, cookiefirst, cookieyes, didomi,
    fccdcf, klaro, onetrust, orejime, osano, shopify, tarteaucitron, trustarc, usercentrics, vanilla,
};
use super::evidence::Evidence;
use super::purpose::Purpose;
use super::reading::{Answer, Ballot, Marks, Unmapped};
use super::resolve::{Finding, Scales};
use super::settings::Slot;
use super::source::{Banner, Source};
use super::stored::StoredSettings;
use super::{gpc, gpp, tcf, us_privacy};
use crate::base::calendar::Millis;
use crate::base::split::{find, parts};
use crate::base::{base64, calendar, percent};
use crate::limits;
use crate::reason::Reason;

/// Weighs every flag; the result does not depend on the order in which they were sent.
pub(super) fn collect(evidence: &Evidence<'_>, settings: &StoredSettings<'_>, scales: &mut Scales<'_>) {
    let mut reader = Reader {
        ballot: Ballot {
            settings,
            banner: Banner::OneTrust,
            entries: None,
            marks: Marks::NONE,
            unmapped: Unmapped::default(),
            answer: Answer::UNCHOSEN,
        },
        scales,
        scratch: [0; limits::COOKIE_VALUE_BYTES],
        categories: complianz::Categories::default(),
        levels: trustarc::Levels::default(),
        closed: Closed::default(),
        form: None,
        forms: false,
        spread: 0,
        overrides: false,
    };
    // A header over the bound is not looked into: it may hold a refusal, so it refuses what an opt-out refuses.
    if evidence.cookies.iter().any(|header| header.len() > limits::COOKIE_HEADER_BYTES) {
        reader.ballot.answer.fail_closed(Reason::ValueTooLong);
        reader.put(Source::COOKIES, "Cookie", "");
    }
    evidence.each(&mut |name, value| {
        if let Some((slot, key)) = settings.place(name) {
            reader.read(slot, key, name, value);
        }
    });
    if let Some((place, value)) = reader.form.filter(|_| !reader.forms) {
        reader.onetrust(place, value);
    }
    if reader.forms {
        evidence.each(&mut |name, value| {
            if settings.slot(name) == Some(Slot::OneTrust) && value.len() <= limits::COOKIE_VALUE_BYTES {
                reader.onetrust(name, value);
            }
        });
    }
    reader.finish(evidence);
}

/// When OneTrust's banner was closed, if every copy of the cookie says so: the earliest of them.
#[derive(Clone, Copy, Default)]
struct Closed {
    any: bool,
    unreadable: bool,
    at: Option<Millis>,
}

impl Closed {
    fn see(&mut self, text: &str) {
        let at = calendar::parse(text);
        self.any = true;
        self.unreadable |= at.is_none();
        if self.at.is_none() || at < self.at {
            self.at = at;
        }
    }
}

struct Reader<'e, 'r, 's, 'w> {
    ballot: Ballot<'r>,
    scales: &'s mut Scales<'w>,
    scratch: Scratch,
    categories: complianz::Categories,
    levels: trustarc::Levels,
    closed: Closed,
    /// OneTrust's form with its name: it is judged against its closing time, which may come behind it.
    form: Option<(&'e str, &'e str)>,
    /// Whether there are several.
    forms: bool,
    /// The slots that hold described choices which are spread over several cookies, as bits.
    spread: u128,
    /// Whether what is weighed next may override Global Privacy Control.
    overrides: bool,
}

impl<'e> Reader<'e, '_, '_, '_> {
    fn read(&mut self, slot: Slot, key: &str, place: &'e str, value: &'e str) {
        // An empty TC string is no choice, as one that is not there; an empty signal of opt-out may have been one.
        if value.is_empty() && matches!(slot, Slot::Tcf | Slot::Tcf1) {
            return;
        }
        self.ballot.begin(Banner::Sourcepoint);
        let answer = &mut self.ballot.answer;
        let source = match slot {
            Slot::OneTrust if value.len() <= limits::COOKIE_VALUE_BYTES => {
                self.forms |= self.form.replace((place, value)).is_some();
                return;
            }
            Slot::OneTrustClosed if value.len() > limits::COOKIE_VALUE_BYTES => return,
            _ if value.len() > limits::COOKIE_VALUE_BYTES => {
                answer.hide(Reason::ValueTooLong);
                match slot {
                    Slot::Tcf | Slot::Tcf1 => Source::TCF_PUBLISHER,
                    Slot::Mirror => Source::API,
                    // Too long to be read is malformed, and a malformed opt-out denies.
                    Slot::Gpp | Slot::UsPrivacy => {
                        answer.fail_closed(Reason::ValueTooLong);
                        if slot == Slot::Gpp { Source::GPP } else { Source::US_PRIVACY }
                    }
                    _ => Source::banner(owner(slot)),
                }
            }
            Slot::Tcf => return self.tcf(place, value),
            Slot::Tcf1 => {
                answer.hide(Reason::UnsupportedVersion);
                Source::TCF_1
            }
            Slot::Gpp => return self.gpp(place, value),
            Slot::UsPrivacy => {
                us_privacy::read(value, answer);
                Source::US_PRIVACY
            }
            Slot::Mirror => return self.mirror(place, value),
            _ => return self.banner(slot, key, place, value),
        };
        self.put(source, place, value);
    }

    /// OneTrust's form, which is decoded field by field.
    fn onetrust(&mut self, place: &str, value: &str) {
        let closed = self.closed;
        self.ballot.begin(Banner::OneTrust);
        self.ballot.answer.vote.decided_at = closed.at;
        onetrust::read(value, closed.any && !closed.unreadable, &mut self.ballot, &mut self.scratch);
        self.cast(Banner::OneTrust, place, value);
    }

    /// A banner's own cookie: decoded once, read, and what its marks come to.
    fn banner(&mut self, slot: Slot, key: &str, place: &str, value: &str) {
        let (owner, reading) = (owner(slot), reading(slot));
        if let Some(form) = form(slot, self.ballot.settings) {
            if form.is_spread() {
                self.spread |= 1 << (slot as u8 & 127);
                return;
            }
            let (mut seen, Reader { ballot, scratch, .. }) = (Seen::default(), &mut *self);
            ballot.begin(owner);
            form.take(key, value, &mut seen, ballot, scratch);
            form.judge(seen, ballot);
            self.cast(owner, place, value);
            return strings(slot, form, value, &mut |index, text| match index {
                0 => self.tcf(place, text),
                2 => self.gpp(place, text),
                _ => {}
            });
        }
        let Reader { ballot, scratch, categories, levels, closed, .. } = self;
        ballot.begin(owner);
        // Half-encoded JSON has its quotes encoded.
        let json = value.starts_with('{') && find(value, b'"') < value.len();
        let decoded = match reading {
            Reading::Base64(_) => base64::decode_into(value, scratch),
            _ if json => Some(value),
            _ => percent::decode(value, scratch),
        };
        let text = decoded.unwrap_or_default();
        match reading {
            Reading::Spread => match slot {
                Slot::OneTrustClosed => return closed.see(text),
                Slot::TrustArcLevels => return levels.levels(trustarc::levels(text)),
                Slot::TrustArcHighest => return levels.levels(trustarc::up_to_highest(text)),
                Slot::TrustArcPermits => return levels.levels(trustarc::permits(text)),
                Slot::TrustArcBehavior => return levels.behavior(text),
                Slot::ComplianzPreferences => return categories.category(0, text),
                Slot::ComplianzStatistics => return categories.category(1, text),
                Slot::ComplianzMarketing => return categories.category(2, text),
                Slot::ComplianzPolicy => return categories.policy(text, ballot.settings.complianz_policy),
                _ => {}
            },
            // Older versions of a plugin: a plain no is read, whatever the present version stores beside it.
            Reading::Opaque if slot == Slot::DrupalOld && text == "0" => {
                ballot.refuse_all();
                ballot.end(true, false);
            }
            Reading::Opaque if slot == Slot::ComplianzOld && text == "deny" => ballot.answer.hides = true,
            Reading::Opaque => ballot.answer.hide(Reason::Opaque),
            _ if decoded.is_none() => ballot.answer.hide(Reason::Malformed),
            Reading::Text(read) | Reading::Base64(read) => read(text, ballot),
            Reading::TcfWithin => {
                let source = fccdcf::tcf(text).map(|text| tcf::vote::read(text, ballot));
                if source.is_none() && !fccdcf::is_array(text) {
                    ballot.answer.hide(Reason::Malformed);
                } else if source.is_none() && fccdcf::has_text(text) {
                    ballot.answer.hide(Reason::Opaque);
                }
                return self.put(source.unwrap_or(Source::banner(owner)), place, value);
            }
            Reading::Form(_) | Reading::Described => {}
        }
        // Of these the copy that can be read is the older one, and says nothing of what was stored later.
        self.scales.is_overtaken = matches!(slot, Slot::Osano | Slot::Shopify);
        self.cast(owner, place, value);
        self.scales.is_overtaken = false;
    }

    /// Weighs what the ballot says of a banner now; one that the playbook does not name grants nothing.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn cast(&mut self, banner: Banner, place: &str, value: &str) {
        let Ballot { answer, settings, .. } = &mut self.ballot;
        if answer.fault.is_none() && !settings.uses(banner) {
            answer.lapse(Reason::NotNamed);
        }
        // Who refuses the sale of data there opts out, which refuses more than sale.
        if !self.scales.asks() && answer.vote.denied.contains(Purpose::SaleShare) {
            answer.vote.opt_out();
        }
        self.put(Source::banner(banner), place, value);
    }

    /// Weighs what the ballot says now.
    #[cfg_attr(target_family = "wasm", inline(never))]
    fn put(&mut self, source: Source, place: &str, value: &str) {
        let finding = Finding { source, place, value, answer: self.ballot.answer, stale: false };
        self.scales.put(finding, self.overrides);
        self.ballot.answer = Answer::UNCHOSEN;
        self.overrides = false;
    }

    fn tcf(&mut self, place: &str, value: &str) {
        let source = tcf::vote::read(value, &mut self.ballot);
        self.put(source, place, value);
    }

    /// A leading `C` is a bare TC string and a digit a US Privacy string.
    fn gpp(&mut self, place: &str, value: &str) {
        if find(value, b'~') == value.len() {
            match value.as_bytes().first() {
                Some(b'C') => return self.tcf(place, value),
                Some(b'0'..=b'9') => {
                    us_privacy::read(value, &mut self.ballot.answer);
                    return self.put(Source::US_PRIVACY, place, value);
                }
                _ => {}
            }
        }
        let gpp = gpp::parse(value);
        if gpp.is_none() {
            self.ballot.answer.fail_closed(Reason::Malformed);
        }
        self.put(Source::GPP, place, value);
        for (id, section) in gpp.into_iter().flat_map(gpp::Gpp::sections) {
            match id {
                2 => {
                    tcf::vote::read(section, &mut self.ballot);
                }
                6 => us_privacy::read(section, &mut self.ballot.answer),
                7..=27 => self.scales.gpc |= gpp::section::read(id, section, &mut self.ballot.answer),
                // Of a state whose section came later, where an opt-out may be.
                28.. => self.ballot.answer.hides = true,
                _ => continue,
            }
            self.put(Source::section(u8::try_from(id).unwrap_or(u8::MAX)), place, section);
        }
    }

    fn mirror(&mut self, place: &str, value: &str) {
        let Some(mirrors) = Mirrors::parse(value) else {
            self.ballot.answer.hide(Reason::Malformed);
            return self.put(Source::API, place, value);
        };
        let is_named = self.ballot.settings.names(Slot::Mirror).any(|name| name == place);
        let mirrors = if is_named { mirrors } else { mirrors.denials() };
        for mirror in [mirrors.own, mirrors.seen].into_iter().flatten() {
            self.ballot.answer = Answer { chosen: true, vote: mirror.vote(), ..Answer::UNCHOSEN };
            self.overrides = mirror.is_override();
            self.put(mirror.origin, place, value);
        }
    }

    /// What is spread over several cookies, and the signals that are no cookies.
    fn finish(&mut self, evidence: &Evidence<'_>) {
        if self.categories.any() {
            self.ballot.begin(Banner::Complianz);
            self.categories.read(&mut self.ballot);
            self.cast(Banner::Complianz, "cmplz_*", "");
        }
        if self.levels.any() {
            self.ballot.begin(Banner::TrustArc);
            self.levels.read(&mut self.ballot);
            self.cast(Banner::TrustArc, "notice_*", "");
        }
        let (settings, spread) = (self.ballot.settings, self.spread);
        for slot in Slot::ALL.iter().filter(|slot| spread >> (**slot as u8 & 127) & 1 == 1) {
            let Some(form) = form(*slot, settings) else { continue };
            let (mut seen, Reader { ballot, scratch, .. }) = (Seen::default(), &mut *self);
            ballot.begin(owner(*slot));
            evidence.each(&mut |name, value| match settings.place(name) {
                // A part that is too long cannot be read.
                Some((found, _)) if found == *slot && value.len() > limits::COOKIE_VALUE_BYTES => {
                    seen.doubt()
                }
                Some((found, key)) if found == *slot => form.take(key, value, &mut seen, ballot, scratch),
                _ => {}
            });
            form.judge(seen, ballot);
            self.cast(owner(*slot), settings.names(*slot).next().unwrap_or_default(), "");
        }
        self.scales.gpc |= evidence.script_gpc
            || (evidence.dnt && self.ballot.settings.dnt_as_gpc())
            || evidence.sec_gpc.iter().any(|field| gpc::asks(field));
        self.scales.refused = self.scales.gpc || evidence.sec_gpc.iter().any(|field| gpc::seems(field));
    }
}

/// The banner whose cookies a slot holds.
fn owner(slot: Slot) -> Banner {
    // All others are read in other ways.
    slot.banner().unwrap_or(Banner::Sourcepoint)
}

/// A banner's reader, which is given a decoded value.
type Read = fn(&str, &mut Ballot<'_>);

/// How what a slot holds is read.
#[derive(Clone, Copy)]
enum Reading {
    /// Plain or percent-encoded text, for the reader of the banner.
    Text(Read),
    /// The same in base64.
    Base64(Read),
    /// It says that something was stored, and nothing that can be read.
    Opaque,
    /// Together with other cookies, or it is no banner's: by code of its own.
    Spread,
    /// By the form that is written in the table.
    Form(&'static str),
    /// By the form that the playbook describes.
    Described,
    /// A TC string within.
    TcfWithin,
}

/// The form by which what a slot holds is read, where it is read by one.
pub(super) fn form<'s>(slot: Slot, settings: &StoredSettings<'s>) -> Option<Form<'s>> {
    match reading(slot) {
        Reading::Form(form) => Some(Form(form)),
        Reading::Described => Some(Form(settings.form(owner(slot)))),
        _ => None,
    }
}

macro_rules! rows {
    ($($(#[$_doc:meta])* $_banner:ident = $_code:literal $_name:literal by_category: $_by_category:literal
        slots { $($(#[$_slot_doc:meta])* $slot:ident = $_slot_code:literal $_slot_name:literal $_store:ident [$($_key:literal),*]
            => $how:ident $(($($read:tt)*))?;)* }
        means $_means:tt shown $_shown:tt)*) => {
        /// How the table of banners says that a slot is read.
        const fn reading(slot: Slot) -> Reading {
            match slot {
                $($(Slot::$slot => Reading::$how $(($($read)*))?,)*)*
                Slot::Tcf | Slot::Tcf1 | Slot::Gpp | Slot::UsPrivacy | Slot::Mirror => Reading::Spread,
            }
        }
    };
}

banners!(rows);

/// The strings of standards within a choice of Fides, by their number: a TC string, one of additional consent, a GPP string.
fn strings(slot: Slot, form: Form<'_>, value: &str, see: &mut dyn FnMut(usize, &str)) {
    if slot == Slot::Fides {
        form.text(value, "fides_string", &mut |text| {
            for (index, string) in parts(text, b',').enumerate().filter(|(_, string)| !string.is_empty()) {
                see(index, string);
            }
        });
    }
}

/// Whether a stored TC string says that European law applies, which a region of opt-out does not outweigh.
pub(super) fn european(evidence: &Evidence<'_>, settings: &StoredSettings<'_>) -> bool {
    let mut found = false;
    evidence.each(&mut |name, value| match settings.slot(name) {
        Some(Slot::Tcf) => found |= tcf::parse(value).is_ok(),
        Some(Slot::Fccdcf) => {
            let mut scratch: Scratch = [0; limits::COOKIE_VALUE_BYTES];
            let text = percent::decode(value, &mut scratch).and_then(fccdcf::tcf);
            found |= text.is_some_and(|text| tcf::parse(text).is_ok());
        }
        Some(slot @ Slot::Fides) => {
            if let Some(form) = form(slot, settings) {
                strings(slot, form, value, &mut |index, text| {
                    found |= index == 0 && tcf::parse(text).is_ok();
                });
            }
        }
        Some(Slot::Mirror) => {
            let seen = Mirrors::parse(value).and_then(|mirrors| mirrors.seen);
            found |= seen.is_some_and(|mirror| mirror.origin.is_tcf());
        }
        // Banners pack every law into one GPP string: beside a US section, the European one says nothing.
        Some(Slot::Gpp) => {
            let (mut europe, mut us) = (false, false);
            for (id, section) in gpp::parse(value).into_iter().flat_map(gpp::Gpp::sections) {
                europe |= id == 2 && tcf::parse(section).is_ok();
                us |= (6..=27).contains(&id);
            }
            found |= europe && !us;
        }
        _ => {}
    });
    found
}
