//! Finds the stores near a visitor.
//!
//! Only the host's own geolocation is used, to a tenth of a degree ([`crate::facts::Place`]). It is not stored anywhere
//! and needs no permission: a town is no precise location, and nothing is read from the device.
//!
//! The location of a network is likely off by [`NEAR_METERS`], so of two stores whose distances differ by less the
//! nearest is uncertain. `place.stores` are the nearest store and those less than that farther away, nearest first
//! (equally near ones by their id), at most [`limits::NEAR_STORES`]. `place.nearest_store` is the first of them if it is
//! the only one, else it is missing. `place.distance` is the class of the distance to the first, `near`, `region` or
//! `far`. Without a location, or without stores, all three are missing. Behind an edge the browser has no location, and
//! leaves blocks that depend on it unchanged.

use alloc::vec::Vec;

use crate::facts::Place;
use crate::limits;
use crate::playbook::Playbook;
use crate::signal::distance::{Distance, NEAR_METERS, Point};

/// The stores near one visitor.
#[derive(Debug)]
pub(super) struct Near<'p> {
    /// Their ids, nearest first; never empty.
    pub(super) stores: Vec<&'p str>,
    /// The class of the distance to the first.
    pub(super) distance: Distance,
}

impl<'p> Near<'p> {
    /// The stores of `playbook` near `place`; `None` if there are none.
    pub(super) fn of(playbook: &'p Playbook, place: Place) -> Option<Near<'p>> {
        let here = Point::from(place);
        let mut best: Vec<(u32, &'p str)> = Vec::new();
        for store in playbook.stores() {
            let meters = here.meters(store.point);
            // Stores are in the order of their ids, so one that is equally near is inserted behind.
            let rank = best.partition_point(|(other, _)| *other <= meters);
            if rank < limits::NEAR_STORES {
                best.truncate(limits::NEAR_STORES - 1);
                best.insert(rank, (meters, store.id));
            }
        }
        let nearest = best.first()?.0;
        let doubted = best.iter().take_while(|(meters, _)| meters - nearest < NEAR_METERS);
        Some(Near { stores: doubted.map(|(_, id)| *id).collect(), distance: Distance::of(nearest) })
    }

    /// The nearest store, if it is certain.
    pub(super) fn nearest(&self) -> Option<&'p str> {
        if let [only] = self.stores.as_slice() { Some(only) } else { None }
    }
}

#[cfg(all(test, feature = "author"))]
mod tests {
    #![expect(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "a failing test may panic, and the reference is computed in floating point"
    )]

    use super::*;
    use crate::author::compile_source;
    use crate::reason::Reason;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    fn playbook(stores: &[(f64, f64)]) -> Playbook {
        let stores: Vec<String> = (0..)
            .zip(stores)
            .map(|(index, (latitude, longitude))| {
                format!(r#""s{index:03}": {{"title": "S", "url": "/s", "latitude": {latitude}, "longitude": {longitude}}}"#)
            })
            .collect();
        let source = format!(
            r#"{{"format": 1, "site": {{"name": "s", "host": "s.example"}}, "pages": [{{"kind": "home", "path": "/"}}], "blocks": {{}}, "stores": {{{}}}}}"#,
            stores.join(", ")
        );
        Playbook::open(compile_source(&source).unwrap()).map_err(Reason::code).unwrap()
    }

    /// Distance in meters on a flat map, as a person would write it.
    fn naive(here: (f64, f64), store: (f64, f64)) -> f64 {
        let mut east = (store.1 - here.1).abs();
        if east > 180.0 {
            east = 360.0 - east;
        }
        let east = east * ((store.0 + here.0) / 2.0).to_radians().cos();
        (store.0 - here.0).hypot(east) * 6_371_008.8_f64.to_radians()
    }

    fn rounded(degrees: f64) -> f64 {
        (degrees * 1000.0).round() / 1000.0
    }

    #[test]
    fn twenty_five_kilometers_more_are_enough() {
        // On the equator from 0.1 degrees east: one store there, one to the west, one to the east.
        let near = |west: f64, east: f64| {
            let playbook = playbook(&[(0.0, west), (0.0, east)]);
            Near::of(&playbook, Place::from_tenths(0, 1).unwrap()).map(|near| near.stores.len())
        };
        // 25 km are 0.224830 degrees.
        assert_eq!(near(0.1, 0.3248), Some(2), "24,997 m");
        assert_eq!(near(0.1, 0.3249), Some(1), "25,008 m");
        assert_eq!(near(0.1, -0.1248), Some(2));
        assert_eq!(near(-0.1249, 0.1), Some(1));
    }

    #[test]
    fn equally_near_stores_come_by_their_ids_and_three_at_most() {
        let playbook = playbook(&[(1.0, 1.0), (1.0, 1.2), (1.2, 1.0), (1.0, 1.2), (1.0, 1.0)]);
        let near = Near::of(&playbook, Place::from_tenths(10, 10).unwrap()).unwrap();
        assert_eq!(near.stores, ["s000", "s004", "s001"]);
        assert_eq!((near.nearest(), near.distance), (None, Distance::Near));
        assert!(Near::of(&self::playbook(&[]), Place::from_tenths(10, 10).unwrap()).is_none());
    }

    proptest! {
        #[test]
        fn the_nearest_is_the_naive_scans(
            stores in prop::collection::vec((-85.0..85.0_f64, -180.0..180.0_f64), 1..60),
            place in (-850_i16..=850, -1800_i16..=1800),
            around in prop::option::of((-40.0..40.0_f64, -170.0..170.0_f64)),
        ) {
            // Half of the time all stores are of one country.
            let stores: Vec<(f64, f64)> = stores.iter().map(|(latitude, longitude)| match around {
                Some((north, east)) => (rounded(north + latitude / 20.0), rounded(east + longitude / 20.0)),
                None => (rounded(*latitude), rounded(*longitude)),
            }).collect();
            let place = match around {
                Some((north, east)) => ((north * 10.0) as i16, (east * 10.0) as i16),
                None => place,
            };
            let Some(place) = Place::from_tenths(place.0, place.1) else { return Ok(()) };
            let here = (f64::from(place.tenths().0) / 10.0, f64::from(place.tenths().1) / 10.0);
            let playbook = playbook(&stores);
            let near = Near::of(&playbook, place).unwrap();
            let mut order: Vec<(f64, usize)> = stores.iter().enumerate().map(|(index, store)| (naive(here, *store), index)).collect();
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            let of = |id: &str| naive(here, stores[id.trim_start_matches('s').parse::<usize>().unwrap()]);
            // What is told apart by less than rounding may come in either order.
            let slack = |meters: f64| 3.0 + meters * 1e-5;
            for (rank, id) in near.stores.iter().enumerate() {
                prop_assert!((of(id) - order[rank].0).abs() <= slack(order[rank].0), "{} {:?}", id, order);
            }
            let gaps = order.iter().take(limits::NEAR_STORES).map(|(meters, _)| meters - order[0].0);
            let (fewest, most) = gaps.fold((0, 0), |(fewest, most), gap| {
                (fewest + usize::from(gap < 25_000.0 - slack(order[0].0)), most + usize::from(gap < 25_000.0 + slack(order[0].0)))
            });
            prop_assert!((fewest..=most).contains(&near.stores.len()), "{:?} {:?}", near, order);
            prop_assert_eq!(near.nearest().is_some(), near.stores.len() == 1);
        }
    }
}
