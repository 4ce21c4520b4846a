// The IAB's JavaScript decoders behind one line of JSON each way.
//
// Standard input: {"kind": "tcf" | "gpp" | "usp", "text": …}. Standard output, in the same order: {"read": {field: value}},
// or {"refused": message}. Fields have the names that src/view.rs gives them.

import { createInterface } from "node:readline";
import { TCString } from "@iabtechlabtcf/core";
import { GppModel, Sections, UspV1 } from "@iabgpp/cmpapi";

/** Ids in rising order as ranges of first and last. */
function ranges(ids) {
  const out = [];
  for (const id of ids) {
    const last = out.at(-1);
    if (last && id <= last[1] + 1) last[1] = Math.max(last[1], id);
    else out.push([id, id]);
  }
  return out;
}

function rising(vector) {
  const ids = [];
  vector.forEach((on, id) => on && ids.push(id));
  return ids.sort((a, b) => a - b);
}

export function tcf(text) {
  const tc = TCString.decode(text);
  const own = tc.publisherRestrictions.getRestrictions();
  own.sort((a, b) => a.purposeId - b.purposeId || a.restrictionType - b.restrictionType);
  const restrictions = own.map((restriction) => [
    restriction.purposeId,
    restriction.restrictionType,
    ranges(tc.publisherRestrictions.getVendors(restriction).sort((a, b) => a - b)),
  ]);
  return {
    created: tc.created?.getTime(),
    updated: tc.lastUpdated?.getTime(),
    cmp: tc.cmpId,
    cmpVersion: tc.cmpVersion,
    screen: tc.consentScreen,
    language: tc.consentLanguage,
    vendorList: tc.vendorListVersion,
    policy: tc.policyVersion,
    serviceSpecific: tc.isServiceSpecific,
    customTexts: tc.useNonStandardTexts,
    specialFeatures: rising(tc.specialFeatureOptins),
    consents: rising(tc.purposeConsents),
    interests: rising(tc.purposeLegitimateInterests),
    purposeOneHidden: tc.purposeOneTreatment,
    country: tc.publisherCountryCode,
    vendorConsents: ranges(rising(tc.vendorConsents)),
    vendorInterests: ranges(rising(tc.vendorLegitimateInterests)),
    restrictions,
    disclosed: ranges(rising(tc.vendorsDisclosed)),
    publisherConsents: rising(tc.publisherConsents),
    publisherInterests: rising(tc.publisherLegitimateInterests),
    customConsents: rising(tc.publisherCustomConsents),
    customInterests: rising(tc.publisherCustomLegitimateInterests),
    customPurposes: tc.numCustomPurposes,
  };
}

/** The European section of a GPP string, with the same names. */
function tcfSection(section) {
  const ids = (bits) => bits.flatMap((on, index) => (on ? [index + 1] : []));
  const restrictions = new Map();
  for (const { key, type, ids } of section.PublisherRestrictions) {
    const vendors = restrictions.get(key * 4 + type) ?? [];
    restrictions.set(key * 4 + type, vendors.concat(ids));
  }
  const inOrder = [...restrictions].sort(([a], [b]) => a - b).filter(([, vendors]) => vendors.length > 0);
  const sorted = (list) => ranges([...list].sort((a, b) => a - b));
  return {
    created: new Date(section.Created).getTime(),
    updated: new Date(section.LastUpdated).getTime(),
    cmp: section.CmpId,
    cmpVersion: section.CmpVersion,
    screen: section.ConsentScreen,
    language: section.ConsentLanguage,
    vendorList: section.VendorListVersion,
    policy: section.PolicyVersion,
    serviceSpecific: section.IsServiceSpecific,
    customTexts: section.UseNonStandardStacks,
    specialFeatures: ids(section.SpecialFeatureOptins),
    consents: ids(section.PurposeConsents),
    interests: ids(section.PurposeLegitimateInterests),
    purposeOneHidden: section.PurposeOneTreatment,
    country: section.PublisherCountryCode,
    vendorConsents: sorted(section.VendorConsents),
    vendorInterests: sorted(section.VendorLegitimateInterests),
    restrictions: inOrder.map(([code, vendors]) => [code >> 2, code & 3, sorted(vendors)]),
    disclosed: sorted(section.VendorsDisclosed),
    publisherConsents: ids(section.PublisherConsents),
    publisherInterests: ids(section.PublisherLegitimateInterests),
    customConsents: ids(section.PublisherCustomConsents),
    customInterests: ids(section.PublisherCustomLegitimateInterests),
    customPurposes: section.NumCustomPurposes,
  };
}

/** Sections as the model holds them, read one by one, so that one that is broken says so by itself. */
export function gpp(text) {
  const model = new GppModel(text);
  const ids = model.getSectionIds();
  const fields = { sections: ids };
  for (const id of ids) {
    // Canada's section is not ours to read; the types of segments are their own numbers.
    if (id === 5) continue;
    try {
      const section = model.getSection(Sections.SECTION_ID_NAME_MAP.get(id));
      const named = id === 2 ? tcfSection(section) : section;
      for (const [field, value] of Object.entries(named)) {
        if (!field.endsWith("SegmentType")) fields[`${id}.${field}`] = value;
      }
    } catch (error) {
      fields[`${id}`] = `refused: ${error.name}: ${error.message}`;
    }
  }
  return fields;
}

export function usp(text) {
  const section = new UspV1(text);
  return section.toObj();
}

const DECODERS = { tcf, gpp, usp };

if (import.meta.filename === process.argv[1]) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { kind, text } = JSON.parse(line);
    let answer;
    try {
      answer = { read: DECODERS[kind](text) };
    } catch (error) {
      answer = { refused: `${error.name}: ${error.message}` };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}
