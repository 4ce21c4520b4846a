/** The stores near a visitor, by the place of their network. */

/** Meters from a place in tenths of a degree to a store: the globe is laid flat at the middle of both latitudes. */
function meters([north, east], { latitude, longitude }) {
  const radians = Math.PI / 180;
  const turn = Math.abs(longitude - east / 10) % 360;
  const x = Math.min(turn, 360 - turn) * Math.cos(((latitude + north / 10) / 2) * radians);
  return Math.floor(Math.hypot(x, latitude - north / 10) * radians * 6_371_008.8);
}

/** The nearest store and those less than 25 km farther away, three at most, nearest first; null where nobody knows. */
export function near({ playbook, request: { place } }) {
  // To a tenth of a degree, rounded away from 0; where both are 0 a database knows nothing.
  const tenths = (place ?? []).map((degrees) => Math.sign(degrees) * Math.round(Math.abs(degrees) * 10));
  if (tenths.every((degrees) => degrees === 0)) return null;
  const all = Object.keys(playbook.stores).sort().map((id) => ({ id, meters: meters(tenths, playbook.stores[id]) }));
  const [{ meters: nearest }] = all.sort((a, b) => a.meters - b.meters);
  const stores = all.slice(0, 3).filter((store) => store.meters - nearest < 25_000).map((store) => store.id);
  const distance = nearest < 25_000 ? "near" : nearest < 100_000 ? "region" : "far";
  return { stores, distance, nearest_store: stores.length === 1 ? stores[0] : null };
}
