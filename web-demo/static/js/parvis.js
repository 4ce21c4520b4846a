// The shop's one door to Parvis. The shop works without it: then every page keeps its default content.

/** Why Parvis does not run; empty while it does. */
export let missing = "";

/** The running browser package, or null with the reason in `missing`. */
export const started = begin();

async function begin() {
  try {
    const { start } = await import("/vendor/parvis/index.js");
    const parvis = start({ playbook: "/parvis/playbook.bin", edge: true });
    await parvis.ready;
    return parvis;
  } catch (error) {
    missing = String(error?.message ?? error);
    return null;
  }
}

/** Calls a function with Parvis if it runs; what goes wrong there never reaches the shop. */
export async function tell(work) {
  try {
    const parvis = await started;
    return parvis ? await work(parvis) : undefined;
  } catch (error) {
    console.warn("parvis:", error);
    return undefined;
  }
}
