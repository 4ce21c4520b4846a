// Real consent banners, clicked, behind each host: what the edge resolves after each click is what the visitor chose, and
// the browser module resolves the same.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BANNERS, PRESUMING, UNSEEN } from "./banners.mjs";
import { bannerSite, reasons, resolved } from "./site.mjs";
import { browser as startBrowser } from "../visitor.mjs";

const PATIENCE_MS = 30_000;
const ALL = ["reco", "stats", "ads"];
const PARTS = [["reco"], ["stats"], ["ads"], ["reco", "stats"]];
const GRANTS = {
  reco: ["session_personalization", "persistent_personalization"],
  stats: ["measurement", "experimentation"],
  ads: ["profile", "sale_share"],
};
/** Reasons that say that the edge was not allowed to decide. */
const UNPERMITTED = ["not-permitted", "no-bucketing-id"];

/** State and decision of every purpose for who took these services, or, with `null`, did nothing. */
function chosen(taken, { byCategory }) {
  const purposes = { necessary: "unknown exempt", contextual: "unknown exempt", precise_geo: "unknown block" };
  const say = (yes) => (taken === null ? "unknown block" : yes ? "granted allow" : "denied block");
  for (const [service, granted] of Object.entries(GRANTS)) for (const purpose of granted) purposes[purpose] = say(taken?.includes(service));
  purposes.device_storage = say(taken?.length > 0);
  // Who refuses the functional category refuses precise location with it.
  if (byCategory && taken && !taken.includes("reco")) purposes.precise_geo = "denied block";
  return purposes;
}

/** A page of `site`, for a fresh visitor, which asks the edge and the page what the visitor chose. */
async function visit(browser, site, use) {
  const context = await browser.newContext({ baseURL: site.url, locale: "en-US" });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => { if (/^parvis/.test(message.text())) wrong.push(message.text()); });
  await page.addInitScript(() => addEventListener("parvis:error", ({ detail }) => console.error(`parvis:error ${JSON.stringify(detail)}`)));
  const sent = async (response) => ({ cookie: (await response.request().allHeaders()).cookie ?? "", headers: await response.allHeaders() });
  const { byCategory } = site.banner;

  /** Holds edge, command and module to `taken`. */
  const assertChose = async (taken, what, states = chosen(taken, { byCategory })) => {
    await page.waitForLoadState("networkidle");
    const inPage = await page.evaluate(async () => (await parvis.explain()).purposes);
    // A real request of this browser, answered by the edge.
    site.said.length = 0;
    const { cookie, headers } = await sent(await page.reload({ waitUntil: "load" }));
    assert.deepEqual(resolved(site, cookie), states, `${what}: the command, of ${cookie}`);
    assert.deepEqual(Object.fromEntries(inPage.map(({ purpose, state, decision }) => [purpose, `${state} ${decision}`])), states, `${what}: the browser module`);
    const said = await reasons(site);
    assert.equal(said.always, "matched", `${what}: the edge decides at all: ${headers["server-timing"]}`);
    const allowed = (purpose) => /allow$/.test(states[purpose]);
    for (const [block, ...needs] of [["visit", "session_personalization"], ["again", "persistent_personalization"],
      // What assigns variants is kept in visitor memory.
      ["test", "experimentation", "persistent_personalization"]]) {
      assert.equal(!UNPERMITTED.includes(said[block]), needs.every(allowed), `${what}: the edge, ${block}: ${headers["server-timing"]}; ${cookie}`);
    }
    const names = (await context.cookies()).map(({ name }) => name);
    assert.equal(names.includes("parvis-consent"), UNSEEN.includes(site.banner) && taken !== null, `${what}: what the edge reads by itself is not mirrored`);
    assert.equal(names.includes("__Host-parvis"), allowed("persistent_personalization"), `${what}: memory: ${names}`);
    return cookie;
  };
  const stored = async () => (await context.cookies()).find(({ name }) => name === site.banner.cookie)?.value;
  /** Clicks, and waits until the banner has written down something else than before. */
  const click = async (how) => {
    const old = await stored();
    await how();
    for (const deadline = Date.now() + PATIENCE_MS; (await stored()) === old; await page.waitForTimeout(50)) {
      assert.ok(Date.now() < deadline, `the banner wrote nothing: ${old}`);
    }
  };
  try {
    await page.goto("/");
    await site.banner.shown(page);
    await use({ page, assertChose, click });
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** Clicks every banner behind `host`, "fastly" or "native". */
export default function clicked(host) {
  let browser;
  before(async () => { browser = await startBrowser(); }, { timeout: PATIENCE_MS * 3 });
  after(() => browser?.close());

  for (const banner of [...BANNERS, ...UNSEEN]) {
    describe(`${banner.name}, clicked: ${host}`, () => {
      let site;
      before(async () => { site = await bannerSite(banner, { host }); }, { timeout: PATIENCE_MS * 3 });
      after(() => site?.stop());

      test("nothing: whatever the banner has written is not consent", () => visit(browser, site, async ({ assertChose }) => {
        await assertChose(null, "at first");
        await assertChose(null, "on the next page");
      }));

      test("accept, then refuse", () => visit(browser, site, async ({ page, assertChose, click }) => {
        await click(() => banner.accept(page));
        const cookie = await assertChose(ALL, "accepted");
        assert.match(cookie, new RegExp(`(^|; )${banner.cookie}=`));
        await banner.reopen(page);
        await click(() => banner.refuseAll(page));
        await assertChose([], "refused after all");
      }));

      test("refuse, then accept", () => visit(browser, site, async ({ page, assertChose, click }) => {
        await click(() => banner.refuse(page));
        await assertChose([], "refused");
        await banner.reopen(page);
        await click(() => banner.acceptAll(page));
        await assertChose(ALL, "accepted after all");
      }));

      for (const taken of banner.whole ? [] : PARTS) {
        test(`partly: ${taken.join(" and ")}, then the rest`, () => visit(browser, site, async ({ page, assertChose, click }) => {
          await click(() => banner.partly(page, taken));
          await assertChose(taken, "partly");
          const rest = ALL.filter((name) => !taken.includes(name));
          await banner.reopen(page);
          await click(() => banner.take(page, rest));
          await assertChose(rest, "the other way round");
        }));
      }
    });
  }

  describe(`the answer to a conflict notice: ${host}`, () => {
    const shop = { name: "none", cookie: "parvis-consent", consent: {}, html: "", shown: (page) => page.waitForFunction("window.parvis") };
    const sale = (site, cookie, headers) => { const { sale_share, profile } = resolved(site, cookie, headers); return { sale_share, profile }; };

    for (const [region, override] of [["US-CA", "granted allow"], ["FR", "denied block"]]) {
      test(`overrides Global Privacy Control for sale alone, in the US alone: ${region}`, async (t) => {
        const site = await bannerSite(shop, { host, region });
        t.after(() => site.stop());
        await visit(browser, site, async ({ page, click }) => {
          await click(() => page.evaluate(() => parvis.choose({ grant: ["sale_share", "profile"], notice: 2 })));
          const response = await page.reload();
          const { cookie } = await response.request().allHeaders();
          assert.deepEqual(sale(site, cookie, { "Sec-GPC": "1" }), { sale_share: override, profile: "denied block" });
          await click(() => page.evaluate(() => parvis.withdraw()));
          const after = (await (await page.reload()).request().allHeaders()).cookie;
          assert.deepEqual(sale(site, after, {}), { sale_share: "denied block", profile: "denied block" });
        });
      });
    }
  });

  describe(`${PRESUMING.name}: ${host}`, () => {
    let site;
    before(async () => { site = await bannerSite(PRESUMING, { host }); }, { timeout: PATIENCE_MS * 3 });
    after(() => site?.stop());

    test("what it presumes is not consent, and its refusals count", () => visit(browser, site, async ({ page, assertChose, click }) => {
      const cookie = await assertChose(null, "at first");
      assert.match(cookie, /!reco=true/, "it has written consent that nobody gave");
      await PRESUMING.reopen(page);
      await click(() => PRESUMING.refuseAll(page));
      await assertChose([], "refused");
    }));
  });
}
