//! What a compiled playbook says of parameters that templates may show: one text, as `utm_content=s40/size=n2`, each name with the
//! letter of its form and the longest value in bytes. The site's language is in it, too, under a name that no parameter has.

use super::{Playbook, Section, site};
use crate::base::split::{number, pair, parts, slice};
use crate::http::parameter_form::ParameterForm;

/// In place of the name of a parameter: the language of the site.
pub(crate) const LANGUAGE: &str = "@";

impl Playbook {
    /// The language in which pages explain what they show; empty without one.
    pub fn language(&self) -> &str {
        let text = self.record(Section::Site, 0).map_or("", |site| site.text(site::PARAMETERS));
        let mut entries = parts(text, b'/').filter_map(|one| pair(one, b'='));
        entries.find(|(name, _)| *name == LANGUAGE).map_or("", |(_, language)| language)
    }

    /// Whether a template may show this value of this parameter.
    pub fn may_show(&self, name: &str, value: &str) -> bool {
        let text = self.record(Section::Site, 0).map_or("", |site| site.text(site::PARAMETERS));
        let declared = parts(text, b'/').filter_map(|one| pair(one, b'='));
        declared.filter(|(known, _)| *known == name).any(|(_, said)| {
            let form =
                ParameterForm::ALL.into_iter().find(|form| said.as_bytes().first() == Some(&form.code()));
            let most = number(slice(said, 1, said.len())).and_then(|most| usize::try_from(most).ok());
            form.zip(most).is_some_and(|(form, most)| form.fits(value, most))
        })
    }
}
