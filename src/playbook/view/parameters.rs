//! What a compiled playbook says of parameters that templates may show: one text, as `utm_content=s40/size=n2`, each name with the
//! letter of its form and the longest value in bytes.

use super::{Playbook, Section, site};
use crate::base::split::{number, pair, parts, slice};
use crate::http::parameter_form::ParameterForm;

impl Playbook {
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
