//! Reads the profile cookie of the site's login: with its permit, if a campaign needs it, and never writes it.
//!
//! The cookie belongs to the site: after a withdrawal it is no longer read, but not deleted. Behind an edge a browser
//! without the cookie cannot distinguish a missing one from one that scripts may not read (`HttpOnly`), so blocks that
//! depend on it stay as the edge left them. To let browsers decide them, write an empty cookie for all other visitors.

use crate::consent::permit::Permit;
use crate::consent::purpose::kind;
use crate::facts::{BrowserFacts, Facts};
use crate::playbook::view::Playbook;
use crate::reason::Reason;
use crate::signal::guarded::Guarded;
use crate::visitor::profile::Profile;

/// The profile in the cookie, with names of the playbook; `None` if it is missing or malformed.
///
/// # Errors
///
/// [`Reason::NotPermitted`], and [`Reason::EdgeOnly`] if only the edge may read the cookie.
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
