// What rows are made of: the services that a visitor chooses among, and pieces of a page.

/** What a visitor chooses among: `reco`, `stats` and `ads`. A banner of categories calls them by its own names. */
export const NAMES = ["reco", "stats", "ads"];

/** What the three stand for, for banners whose services have no meaning until a playbook says so. */
export const MEANINGS = {
  reco: ["device_storage", "session_personalization", "persistent_personalization"],
  stats: ["device_storage", "measurement", "experimentation"],
  ads: ["device_storage", "profile", "sale_share"],
};

export const script = (file) => `<script src="/npm/${file}"></script>`;
export const style = (file) => `<link rel="stylesheet" href="/npm/${file}">`;
/** A button of the site, by which a visitor comes back to the banner. */
export const again = (call) => `<button id="again" onclick="${call}">Privacy choices</button>`;

/** Brings a checkbox to `wanted` with a click, on what `face` says lies over it. */
export async function check(box, wanted, face = (box) => box) {
  if ((await box.isChecked()) !== wanted) await face(box).first().click();
}
