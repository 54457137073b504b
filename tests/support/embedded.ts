/** Waits until no job of a workflow is left, as `/metrics` tells; that is, until every entry has its vector. */
export async function waitUntilEmbedded(url: string, workflow: string): Promise<void> {
  const pending = new RegExp(`^reef_workflows_pending\\{[^}]*workflow="${workflow}"[^}]*\\} (\\d+)`, "m");
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const count = Number(pending.exec(text)?.[1]);
    if (Number.isNaN(count)) throw new Error(`${url}/metrics tells nothing of ${workflow}.`);
    if (count === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
