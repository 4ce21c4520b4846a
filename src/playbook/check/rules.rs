//! Every kind of problem that checking knows, with what it means, for reports that list their rules.

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable code of its diagnostics.
    pub code: &'static str,
    /// What is wrong where it is reported, as a sentence.
    pub sentence: &'static str,
    /// Why it matters and what to do, whatever the value.
    pub help: &'static str,
}

/// Every rule, in the order of the alphabet.
///
/// ```
/// let rule = parvis::playbook::check::rules().iter().find(|rule| rule.code == "never-true").unwrap();
/// assert_eq!(rule.sentence, "A condition contradicts itself.");
/// ```
pub const fn rules() -> &'static [Rule] {
    RULES
}

macro_rules! rules {
    ($($code:literal: $sentence:literal $help:literal)*) => {
        const RULES: &[Rule] = &[$(Rule { code: $code, sentence: $sentence, help: $help }),*];
    };
}

rules! {
    "bad-date": "A date is not written as one."
        "Write date, time and zone, as `2026-03-01T00:00:00+01:00`; without the zone nobody knows when midnight is."
    "bad-host": "The host is not a host name."
        "Write what stands between `https://` and the first slash of the site's addresses."
    "bad-id": "An id has letters that ids cannot have."
        "Use 1 to 64 letters, digits, `_`, `.`, `:` and `-`: ids stand in pages, cookies and reports."
    "bad-length": "A reserved height is not a CSS length."
        "Write a number with a unit, as `20rem`."
    "bad-marker": "This attribute cannot mark blocks."
        "Name an attribute in lower case that nothing else changes, as `data-block` or `id`."
    "bad-operand": "An operator of a condition cannot be used with this value."
        "`$in` and `$or` take a list, comparisons one number or text; the message says what fits."
    "bad-path": "A path of a page is not a pattern."
        "Begin with `/`; a whole segment may be `{item}` or `{category}`."
    "bad-url": "An address of the catalog is not one that a page may link to."
        "Write a path from the root, or an `https://` address."
    "cap-forgotten": "More campaigns have caps than one visit counts."
        "The counts that changed longest ago are forgotten, so some caps may be exceeded: cap fewer campaigns."
    "cap-never-reached": "A cap counts something that never happens."
        "Only changed blocks are counted, so a campaign of controls never reaches its cap."
    "changes-nothing": "A campaign shows nothing but the default content."
        "Add a variant with `html` or `hide`, or remove the campaign."
    "condition-too-deep": "A condition is nested too deeply."
        "Take `$not` and lists of one condition apart."
    "condition-too-long": "A condition may take more steps than one campaign has."
        "Test fewer things, or split the campaign."
    "consent": "Something in `consent` is not what Parvis can read."
        "`parvis consent` shows what a banner stored and what the playbook makes of it."
    "consent-never-asked": "A campaign needs a consent that no banner of the site asks for."
        "Add the purpose in `consent.meanings` to what the banner asks for, or do without it."
    "duplicate-id": "Two things have the same id."
        "Rename one of them: reports and caps could not tell them apart."
    "duplicate-key": "A field is written twice."
        "Keep one: JSON takes the last, and whoever reads the first is misled."
    "empty-text": "A text that people read is empty."
        "Write what visitors or reports should show."
    "equal-priority": "Two campaigns may apply to the same visitor, and nothing says which comes first."
        "Give the one that should win a higher `priority`; otherwise the alphabet decides."
    "id-clash": "Two ids look the same in cookies."
        "Rename one of them: cookies keep ids in a short form."
    "missing-field": "A field is missing that must be there."
        "`parvis schema` says which fields there are; editors complete them."
    "nearly-too-large": "The compiled playbook is near the size that hosts load."
        "Keep the items that templates show, and shorten templates."
    "needs-consent": "A variant needs a consent that its audience does not have."
        "Before the banner is answered those visitors see the default content: ask for the value in the condition, or add a campaign that does without."
    "never-runs": "Something is written so that it never happens."
        "Change dates, cap, coverage or holdout, or remove it."
    "never-true": "A condition contradicts itself."
        "Everything in a condition must hold at once; for one or the other use `$or` or a list in `$in`."
    "no-campaigns": "The playbook has no campaigns."
        "Every page stays as it is until there is one."
    "no-experiment": "A campaign has several variants and does not say who sees which."
        "Add `\"experiment\": {}`, or keep one variant."
    "no-reserve": "A block reserves no height."
        "Write the usual height as `reserve`, so that the page does not move when the block changes in the browser."
    "no-share": "A variant has a weight of 0."
        "Nobody gets it: give it a share, or remove it."
    "no-variants": "A campaign has nothing to show."
        "Add a variant with `html`, `hide` or `control`."
    "not-cacheable": "A shared cache cannot keep pages apart by this signal."
        "Only signals of the request, as `country`, can be named in `cache.keyed_on`."
    "out-of-range": "A number is too small, too large or too exact."
        "The message says from where to where it may go."
    "redundant": "Something is said that holds anyway."
        "Remove it."
    "syntax": "The file is not JSON."
        "Nothing else can be checked before: look for a missing quote or comma just before this place."
    "template-address": "A value stands where it could lead visitors to another site."
        "Begin the address with text of your own, as `/p/{{visit.last_item}}`, or use an address of the catalog."
    "template-balance": "The tags of a template do not fit together."
        "Close what is opened, in turn, or the rest of the page could change."
    "template-list": "A list is used like a single value, or a value like a list."
        "Use `{{#each visit.items 3}}` for lists, and `{{item.title}}` within."
    "template-marker": "A template marks a block of its own."
        "A block within a block would be replaced again: leave the marker to the page."
    "template-markup": "A template holds markup that no variant may bring into a page."
        "Leave out scripts, `on…` attributes and whole documents."
    "template-place": "A value stands where it cannot be made safe."
        "Use values in text and in quoted attributes."
    "template-section": "A section of a template is not opened and closed in turn."
        "Write `{{#if …}}…{{/if}}` and `{{#each …}}…{{/each}}` around whole elements."
    "template-syntax": "Braces of a template are not closed, or hold something unknown."
        "Write `{{signal}}` or `{{signal.field}}`."
    "too-large": "The compiled playbook is larger than hosts load."
        "Keep the items that templates show, and shorten templates."
    "too-many": "There are more of these than a playbook can have."
        "Remove some, or split the site into playbooks."
    "too-many-blocks": "Pages of one kind have more blocks than are looked at."
        "The ones beyond would be left alone: remove some."
    "too-many-steps": "The conditions of one page may take more steps than a request has."
        "The campaigns asked last would be skipped: test fewer things."
    "type-mismatch": "A signal is compared with something of another type."
        "`parvis signals` lists the type of every signal."
    "unknown-audience": "There is no audience of this name."
        "Declare it in `audiences`, or correct the name."
    "unknown-block": "There is no block of this name."
        "Declare it in `blocks`, or correct the name."
    "unknown-category": "There is no category of this name in the catalog."
        "Declare it in `catalog.categories`, or correct the name."
    "unknown-field": "There is no such field."
        "Fields that nobody reads are errors, so that a slip of the hand is not lost."
    "unknown-format": "This build does not know the version of the format."
        "Write `\"format\": 1`."
    "unknown-item": "There is no item of this name in the catalog."
        "Declare it in `catalog.items`, or correct the name."
    "unknown-operator": "There is no such operator in conditions."
        "The message names the nearest one."
    "unknown-page-kind": "There is no kind of page of this name."
        "Declare it in `pages`, or correct the name."
    "unknown-signal": "There is no signal of this name."
        "`parvis signals` lists them all with what they mean."
    "unknown-value": "The signal never has this value."
        "`parvis signals` shows an example of each."
    "unreachable-campaign": "A campaign is never shown, because another one always comes first."
        "Give it a higher `priority`, or limit the other by an audience, by dates or by a cap."
    "unreachable-page": "A page pattern is never used, because one above fits the same addresses."
        "Move it up, or remove it."
    "unused-audience": "No campaign is for this audience."
        "Use it, or remove it."
    "variant-content": "A variant says nothing, or several things at once."
        "Write exactly one of `html`, `hide` and `control`."
    "weights": "The weights of the variants do not share out the visitors."
        "Give every variant a weight so that they sum to 100, or give none."
    "wrong-type": "A value is of another type than it must be."
        "Texts stand in double quotes, numbers and true or false do not."
}
