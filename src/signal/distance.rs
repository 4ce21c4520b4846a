//! Distances on the globe in integers, so that every host computes the same: no floating point, no library cosine.
//!
//! Equirectangular projection at the middle of both latitudes, which is exact enough to order stores: within a thousand
//! kilometers the error is a few in a thousand, far below that of the visitor's location.

use crate::facts::Place;

/// A point in millionths of a degree, north and east positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From -90,000,000 to 90,000,000.
    pub latitude: i32,
    /// From -180,000,000 to 180,000,000.
    pub longitude: i32,
}

/// The class of the distance to a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distance {
    /// Less than [`NEAR_METERS`]: in the same town or the next.
    Near,
    /// Less than [`REGION_METERS`]: within a drive.
    Region,
    /// Farther.
    Far,
}

/// The limit of `near`, in meters: the likely error of a network's location ([why](crate::docs::memory#place)).
pub const NEAR_METERS: u32 = 25_000;
/// The limit of `region`, in meters.
pub const REGION_METERS: u32 = 100_000;

/// Half a turn in millionths of a degree.
const HALF_TURN: i64 = 180_000_000;
/// Meters of a thousand degrees of a meridian, on a globe of 6,371,008.8 m.
const METERS: u64 = 111_195_080;
/// One, in the fixed point of [`cosine`].
const ONE: i64 = 1 << 30;

impl Distance {
    /// Every class, nearest first.
    pub const ALL: [Distance; 3] = [Distance::Near, Distance::Region, Distance::Far];

    /// The name that conditions use.
    pub const fn name(self) -> &'static str {
        match self {
            Distance::Near => "near",
            Distance::Region => "region",
            Distance::Far => "far",
        }
    }

    /// The class of a distance in meters.
    pub const fn of(meters: u32) -> Distance {
        match meters {
            0..NEAR_METERS => Distance::Near,
            NEAR_METERS..REGION_METERS => Distance::Region,
            _ => Distance::Far,
        }
    }
}

impl From<Place> for Point {
    fn from(place: Place) -> Point {
        let (latitude, longitude) = place.tenths();
        Point { latitude: i32::from(latitude) * 100_000, longitude: i32::from(longitude) * 100_000 }
    }
}

impl Point {
    /// The distance to `other` in meters; points outside the globe are clamped.
    ///
    /// ```
    /// use parvis::signal::distance::Point;
    /// let paris = Point { latitude: 48_856_600, longitude: 2_352_200 };
    /// let lyon = Point { latitude: 45_764_000, longitude: 4_835_700 };
    /// assert!((391_000..394_000).contains(&paris.meters(lyon)));
    /// ```
    pub fn meters(self, other: Point) -> u32 {
        let [north, other_north] =
            [self, other].map(|point| i64::from(point.latitude).clamp(-HALF_TURN / 2, HALF_TURN / 2));
        let east = (i64::from(self.longitude) - i64::from(other.longitude)).abs() % (2 * HALF_TURN);
        let east = east.min(2 * HALF_TURN - east) * cosine((north + other_north) / 2) / ONE;
        let (east, north) = (east.unsigned_abs(), north.abs_diff(other_north));
        // At most 1.8e8 each, so the squares fit by far.
        let meters = (east * east + north * north).isqrt() * METERS / 1_000_000_000;
        u32::try_from(meters).unwrap_or(u32::MAX)
    }
}

/// The cosine of a latitude in millionths of a degree, in units of [`ONE`]: its series to the tenth power, which is off
/// by one in two million at the poles.
fn cosine(latitude: i64) -> i64 {
    // A millionth of a degree is 18.74033 of 2^30 radians; the angle stays below 1.69e9, and its square below 2^62.
    let angle = latitude * 18_740_330 / 1_000_000;
    let square = angle * angle / ONE;
    let mut sum = ONE;
    for divisor in [90, 56, 30, 12, 2] {
        sum = ONE - square * sum / ONE / divisor;
    }
    sum
}

#[cfg(test)]
mod tests {
    #![expect(clippy::cast_possible_truncation, reason = "the reference is computed in floating point")]

    use super::*;
    use proptest::prelude::*;

    fn point() -> impl Strategy<Value = Point> {
        (-90_000_000..=90_000_000, -180_000_000..=180_000_000)
            .prop_map(|(latitude, longitude)| Point { latitude, longitude })
    }

    /// The same on a sphere, in floating point: another formula and another library.
    fn haversine(a: Point, b: Point) -> f64 {
        let [a, b] = [a, b].map(|point| (f64::from(point.latitude) / 1e6, f64::from(point.longitude) / 1e6));
        let (north, east) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
        let half = (north / 2.0).sin().powi(2)
            + a.0.to_radians().cos() * b.0.to_radians().cos() * (east / 2.0).sin().powi(2);
        2.0 * 6_371_008.8 * half.sqrt().min(1.0).asin()
    }

    #[test]
    fn the_cosine_is_one() {
        for degrees in -90..=90_i64 {
            let exact =
                (f64::from(i32::try_from(degrees).unwrap_or(0)).to_radians().cos() * 1e6).round() as i64;
            let ours = cosine(degrees * 1_000_000) * 1_000_000 / ONE;
            assert!((exact - ours).abs() <= 1, "{degrees}: {ours}, not {exact}");
        }
    }

    #[test]
    fn classes_begin_where_they_say() {
        let names = [0, 24_999, 25_000, 99_999, 100_000, u32::MAX].map(|meters| Distance::of(meters).name());
        assert_eq!(names, ["near", "near", "region", "region", "far", "far"]);
    }

    #[test]
    fn the_date_line_is_no_edge() {
        let (fiji, samoa) = (
            Point { latitude: -17_000_000, longitude: 179_500_000 },
            Point { latitude: -17_000_000, longitude: -179_500_000 },
        );
        assert!((106_000..107_000).contains(&fiji.meters(samoa)), "{}", fiji.meters(samoa));
    }

    #[test]
    fn a_degree_of_a_meridian_has_the_same_meters_everywhere() {
        // 111.19508 m each thousandth of a degree; 25 degrees are the first whole ones that come to whole meters.
        for (south, degrees, meters) in [
            (0, 1, 111_195),
            (-90, 1, 111_195),
            (0, 25, 2_779_877),
            (50, 25, 2_779_877),
            (-90, 180, 20_015_114),
        ] {
            let point = |degrees: i32| Point { latitude: degrees * 1_000_000, longitude: 7_000_000 };
            assert_eq!(point(south).meters(point(south + degrees)), meters, "{degrees} from {south}");
        }
    }

    proptest! {
        #[test]
        fn distances_of_a_country_are_those_on_the_sphere(a in point(), north in -4_000_000..4_000_000_i32, east in -4_000_000..4_000_000_i32) {
            let start = Point { latitude: a.latitude * 2 / 3, ..a };
            let end = Point { latitude: start.latitude + north, longitude: (start.longitude + east).clamp(-180_000_000, 180_000_000) };
            let (ours, exact) = (f64::from(start.meters(end)), haversine(start, end));
            prop_assert!((ours - exact).abs() <= exact * 0.005 + 2.0, "{ours} {exact}");
        }

        #[test]
        fn any_two_points_have_one_distance(a in any::<(i32, i32)>(), b in any::<(i32, i32)>()) {
            let [a, b] = [a, b].map(|(latitude, longitude)| Point { latitude, longitude });
            prop_assert_eq!(a.meters(b), b.meters(a));
            prop_assert_eq!(a.meters(a), 0);
        }
    }
}
