import type { LoggedEvent, RunSummary } from "../../server/src/wire/wire.ts";
import { atMost, type Findings } from "../bench/findings.ts";
import { show, spread } from "../bench/statistics.ts";
import { patience, startEditor } from "./editor.fixture.ts";

/** Milliseconds from a step's end in the worker to its pixels in the page. */
const budget = 150;
const nodes = ["decode", "enlarge", "detail"];

type Seen = { readonly [node: string]: { readonly [step: string]: number } };

/** When each step was done, and when the page had painted it; the clock is one, that of the machine. */
async function watch(): Promise<{ events: readonly LoggedEvent[]; seen: Seen }> {
  const editor = await startEditor();
  try {
    const { page } = await editor.visit();
    await page.evaluate(() => {
      const seen: { [node: string]: { [step: string]: number } } = {};
      const look = (picture: HTMLImageElement) => {
        const node = picture.closest<HTMLElement>(".node")?.dataset.id;
        const step = /so far, step (\d+)$/.exec(picture.alt)?.[1];
        if (node === undefined || step === undefined) return;
        seen[node] ??= {};
        const steps = seen[node];
        // Decoded, then the next frame has been handed on: it is on the screen.
        const painted = () =>
          requestAnimationFrame(() =>
            setTimeout(() => {
              steps[step] ??= Date.now();
            }),
          );
        picture.decode().then(painted, () => {});
      };
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          if (target instanceof HTMLImageElement) look(target);
          else if (target instanceof HTMLElement) for (const picture of target.querySelectorAll("img")) look(picture);
        }
      }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["src", "alt"] });
      Object.assign(window, { seen });
    });
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("Finished").first().waitFor({ timeout: patience });
    return await page.evaluate(async () => {
      const ask = async (path: string) => (await fetch(`/api/v1${path}`)).json();
      const { items } = (await ask("/runs")) as { items: RunSummary[] };
      const { events } = await ask(`/runs/${items[0]!.id}/events?after=0`);
      return { events, seen: (window as unknown as { seen: Seen }).seen };
    });
  } finally {
    await editor.close();
  }
}

/** How long after a step its preview stands in the page, in a run of text to image. */
export async function measure(): Promise<Findings> {
  const { events, seen } = await watch();
  const rows = nodes.flatMap((node) => {
    const delays: number[] = [];
    let steps = 0;
    for (const event of events) {
      if (event.event !== "node.progress" || event.node !== node) continue;
      steps++;
      const painted = seen[node]?.[event.step];
      if (painted !== undefined) delays.push(painted - event.time);
    }
    if (delays.length === 0) return [[node, `0 of ${steps}`, "", ""]];
    const found = spread(delays);
    return [[node, `${delays.length} of ${steps}`, show(found, 0), atMost(budget, found.median)]];
  });
  return { head: ["node", "steps that were shown", "from step to pixels, ms", "budget, ms"], rows, notes: [] };
}
