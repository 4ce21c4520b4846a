//! Permits: proof, as a value, that a purpose is allowed for this request.

use core::fmt;
use core::marker::PhantomData;

use super::purpose::Kind;
use super::resolve::{Allowed, Resolution};

/// Proof that purpose `P` is allowed within one exchange.
///
/// It can be neither made nor copied outside [`Resolution::permit`], and it cannot outlive the resolution it came from.
///
/// ```compile_fail,E0451
/// use core::marker::PhantomData;
/// use parvis::consent::permit::Permit;
/// use parvis::consent::purpose::kind::Measurement;
/// let forged: Permit<'static, Measurement> = Permit { resolution: PhantomData, purpose: PhantomData };
/// ```
///
/// ```compile_fail,E0624
/// # use parvis::consent::permit::Permit;
/// # use parvis::consent::purpose::kind::Measurement;
/// # use parvis::consent::resolve::Resolution;
/// let resolution = Resolution::default();
/// let forged: Permit<'_, Measurement> = Permit::mint(&resolution, todo!());
/// ```
///
/// ```compile_fail,E0505
/// # use parvis::consent::purpose::kind::Measurement;
/// # use parvis::consent::resolve::Resolution;
/// let resolution = Resolution::default();
/// let permit = resolution.permit::<Measurement>();
/// drop(resolution);
/// drop(permit);
/// ```
///
/// ```compile_fail,E0451
/// # use parvis::consent::purpose::PurposeSet;
/// # use parvis::consent::resolve::Resolution;
/// let all = Resolution { allowed: PurposeSet::from_bits(0x3ff), ..Resolution::default() };
/// ```
///
/// ```compile_fail,E0507
/// # use parvis::consent::permit::Permit;
/// # use parvis::consent::purpose::kind::Measurement;
/// fn keep<'x>(permit: &Permit<'x, Measurement>) -> Permit<'x, Measurement> {
///     *permit
/// }
/// ```
pub struct Permit<'x, P: Kind> {
    resolution: PhantomData<&'x Resolution>,
    purpose: PhantomData<P>,
}

impl<P: Kind> Permit<'_, P> {
    pub(super) const fn mint(_: &Resolution, _: Allowed) -> Self {
        Permit { resolution: PhantomData, purpose: PhantomData }
    }
}

impl<P: Kind> fmt::Debug for Permit<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(P::PURPOSE.name())
    }
}
