//! What the site's own login says of the visitor: read with its permit when a campaign asks for it, and never written.
//!
//! The cookie is the site's, not ours: a withdrawal stops the reading and leaves the cookie where it is. Behind an edge a
//! browser that sees none cannot know whether there is none or scripts may not see it (`HttpOnly`), so blocks that depend on it
//! stay as the edge left them; a site that wants browsers to decide them writes an empty cookie for everybody else.

use crate::consent::permit::Permit;
use crate::consent::purpose::kind;
use crate::facts::{BrowserFacts, Facts};
use crate::playbook::view::Playbook;
use crate::reason::Reason;
use crate::signal::guarded::Guarded;
use crate::visitor::profile::Profile;

/// What the cookie says in names of the playbook; `None` where it is missing or not of its form.
///
/// # Errors
///
/// [`Reason::NotPermitted`], and [`Reason::EdgeOnly`] where only the edge may see the cookie.
pub(super) fn told<'x>(
    playbook: &'x Playbook,
    facts: &Facts,
    permit: Option<&Permit<'_, kind::Profile>>,
) -> Result<Option<Profile<'x>>, Reason> {
    let permit = permit.ok_or(Reason::NotPermitted)?;
    let Some(login) = playbook.profile() else { return Ok(None) };
    let sent = Guarded::cookie(facts, login.cookie);
    let behind_edge = |browser: &BrowserFacts| browser.behind_edge;
    if !sent.is_there() && facts.browser.as_ref().is_some_and(behind_edge) {
        return Err(Reason::EdgeOnly);
    }
    Ok(Profile::open(sent, permit, login.listed))
}
