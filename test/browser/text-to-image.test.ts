import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { seconds } from "../../ui/src/runs/words.ts";
import {
  documentOf,
  drop,
  dropWorkflow,
  type Editor,
  ended,
  patience,
  pressRun,
  runToEnd,
  settled,
  startEditor,
} from "./editor.fixture.ts";
import { node, small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

/** Notes every address that a node's picture has while `done` is awaited. */
async function framesOf(page: Page, node: string, done: Promise<unknown>): Promise<Set<string>> {
  await page.evaluate((id) => {
    const seen = new Set<string>();
    Object.assign(window, { seen });
    const note = () => {
      const src = document.querySelector<HTMLImageElement>(`.node[data-id="${id}"] .preview > img`)?.src;
      if (src) seen.add(src);
    };
    new MutationObserver(note).observe(document.querySelector(`.node[data-id="${id}"]`)!, {
      subtree: true,
      childList: true,
      attributes: true,
    });
  }, node);
  await done;
  return new Set(await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]));
}

/** Gives the decoder so many steps that the run is under way for as long as a test needs. */
async function setDecoderSteps(page: Page, steps: number): Promise<void> {
  await page.locator('.node[data-id="decode"] .node-title').click();
  await page.locator("#field\\:decode\\:steps").fill(String(steps));
}

test("the template opens by itself; one click gives the picture; the decoder shows its steps; every stage its intermediate", async (t) => {
  const { page, faults } = await editor.visit();
  assert.equal(await page.getByLabel("Title of the workflow").inputValue(), "Text to image");
  const shifts = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: false });
        addEventListener("run-is-over", () => resolve(sum));
      }),
  );
  const titles = new Set<string>();
  const titled = setInterval(() => void page.title().then((title) => titles.add(title)), 200);
  // If the test fails and the interval goes on, the process of the tests never ends.
  t.after(() => clearInterval(titled));
  await pressRun(page);
  const frames = await framesOf(page, "decode", ended(page));
  const live = [...frames].filter((src) => src.startsWith("blob:"));
  // At most 15 a second come, and the decoder may need less than half a second for its steps.
  assert.ok(live.length >= 2, `${live.length} live frames`);
  assert.ok(
    [...titles].some((title) => /^\d+ % · Text to image$/.test(title)),
    [...titles].join(),
  );
  for (const id of ["decode", "enlarge", "detail", "save"]) {
    const image = page.locator(`.node[data-id="${id}"] .preview > img`);
    await image.waitFor();
    await page.waitForFunction((img) => (img as HTMLImageElement).naturalWidth > 0, await image.elementHandle());
  }
  for (const id of ["encode", "prior"]) await page.locator(`.node[data-id="${id}"] .bars path`).waitFor();
  assert.match((await page.locator(".spoken[role=status]").textContent())!, /^The run has finished in /);
  await page.evaluate(() => dispatchEvent(new Event("run-is-over")));
  assert.ok((await shifts) < 0.01, `layout shift ${await shifts}`);

  // The picture itself, down to its pixels.
  await page.locator('.node[data-id="save"]').hover();
  await page.getByLabel("Look at Save image closely").click();
  const picture = page.locator(".zoomable img");
  await page.waitForFunction((img) => (img as HTMLImageElement).naturalWidth === 1024, await picture.elementHandle());
  await page.keyboard.press("Escape");
  assert.deepEqual(faults, []);
});

test("after the run a slider replays the steps", async () => {
  const { page } = await editor.visit();
  await page.locator("#setting\\:seed").fill("11");
  // By ddpm each step has a picture of its own; by the pack's dpm++2m that of the last is the result itself.
  await page.locator('.node[data-id="decode"] .node-header').click();
  await page.locator("#field\\:decode\\:sampler").selectOption("ddpm");
  await pressRun(page);
  await ended(page);
  const node = page.locator('.node[data-id="decode"]');
  const source = () => node.locator(".preview > img").getAttribute("src");
  const slider = node.locator(".scrub");
  await slider.focus();
  const result = await source();
  const seen = new Set([result]);
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press("ArrowLeft");
    seen.add(await source());
  }
  assert.equal(seen.size, 7, [...seen].join("\n"));
  await page.keyboard.press("End");
  assert.equal(await source(), result);
});

test("the page says what the next run would do: all, nothing, or the nodes behind a change", async () => {
  const { page } = await editor.visit();
  const next = page.locator(".next-run");
  const marks = (mark: string) =>
    page
      .locator(`.node[data-next="${mark}"]`)
      .evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).dataset.id));
  await page.locator("#setting\\:seed").fill("77");
  await pressRun(page);
  await ended(page);
  await next.getByText("everything is kept").waitFor();
  assert.deepEqual([await marks("ahead"), await marks("kept")], [[], []]);
  await page.locator('.node[data-id="detail"] .node-header').click();
  await page.locator("#field\\:detail\\:seed").fill("78");
  await next.getByText(/^Next: 1 of 6 nodes, about \d/).waitFor();
  assert.deepEqual(await marks("ahead"), ["detail"]);
  assert.equal((await marks("kept")).length, 5);
});

test("the forecast counts the items of a batch, of a number that was never tried", async () => {
  const { page } = await editor.visit();
  const batch = small("Batch");
  const { decode } = batch.nodes;
  const nodes = {
    ...batch.nodes,
    seeds: node("list.seeds", { first: 500, count: 1 }),
    decode: { ...decode, params: { steps: 200 }, inputs: { ...decode.inputs, seed: "seeds.seeds" } },
  };
  await dropWorkflow(page, { ...batch, nodes, exposed: { first: "seeds.first", count: "seeds.count" } });
  await settled(page);
  /** Milliseconds that Run would take once those seeds are asked for, as the page says. */
  const foretold = async (first: number, count: number) => {
    const answered = page.waitForResponse((reply) => {
      if (!reply.url().endsWith("/forecast")) return false;
      const { seeds } = reply.request().postDataJSON().document.nodes;
      return seeds.params.first === first && seeds.params.count === count;
    });
    await page.locator("#setting\\:first").fill(`${first}`);
    await page.locator("#setting\\:count").fill(`${count}`);
    const { ms } = await (await answered).json();
    await page.locator(".next-run", { hasText: `about ${seconds(ms)}` }).waitFor();
    return ms as number;
  };
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  // Nothing runs between what is compared: each is told from the same times of an item.
  const one = await foretold(600, 1);
  const sixteen = await foretold(600, 16);
  assert.ok(sixteen > 8 * one, `sixteen seeds would take ${sixteen} ms, one ${one} ms`);
});

test("a result that is dropped gives the workflow that made it, and runs nothing", async () => {
  const { page } = await editor.visit();
  await page.locator("#setting\\:seed").fill("123");
  await pressRun(page);
  await ended(page);
  const made = await documentOf(page, ({ nodes }) => nodes.prior?.params?.seed === 123);
  const id = new URL(page.url()).hash.slice("#run=".length);
  const { outputs } = await (await page.request.get(`${editor.url}/api/v1/runs/${id}`)).json();
  const png = await (await page.request.get(`${editor.url}/api/v1/artifacts/${outputs[0].picture}`)).body();

  const other = await editor.visit();
  const before = await (await page.request.get(`${editor.url}/api/v1/runs`)).json();
  await other.page.getByLabel("New workflow").click();
  await drop(other.page, "result.png", "image/png", png);
  const opened = await documentOf(other.page, ({ nodes }) => Object.keys(nodes).length > 0);
  assert.deepEqual(opened, made);
  await other.page.locator('.node[data-id="prior"]').waitFor();
  const now = await (await page.request.get(`${editor.url}/api/v1/runs`)).json();
  assert.equal(now.items.length, before.items.length);
});

test("a page that is reloaded in mid-run goes on with it; two pages watch one run", async () => {
  const { page, context } = await editor.visit();
  await page.locator("#setting\\:prompt").fill("a small yellow cone on wood");
  await setDecoderSteps(page, 200);
  await pressRun(page);
  await page.locator('.node[data-id="decode"][data-state="running"]').waitFor({ timeout: patience });
  const address = page.url();
  const [second] = await Promise.all([context.newPage().then((p) => p.goto(address).then(() => p)), page.reload()]);
  assert.equal(page.url(), address);
  for (const one of [page, second]) {
    assert.equal(await ended(one), "Finished");
    const states = await one
      .locator(".node")
      .evaluateAll((nodes) =>
        nodes.map((node) => [(node as HTMLElement).dataset.id, node.querySelector(".node-status")?.textContent]),
      );
    assert.equal(states.length, 7);
    assert.equal(states.filter(([, said]) => said).length, 6, JSON.stringify(states));
    await one.locator('.node[data-id="save"] .preview > img').waitFor();
  }
  const statuses = (one: Page) => one.locator(".node-status").allTextContents();
  assert.deepEqual(await statuses(second), await statuses(page));
  const { items } = await (await page.request.get(`${editor.url}/api/v1/runs`)).json();
  const [newest] = items;
  assert.equal(address.endsWith(newest.id), true);
  assert.equal(newest.outputs.length, 1);
  const { events } = await (await page.request.get(`${editor.url}/api/v1/runs/${newest.id}/events?after=0`)).json();
  assert.equal(events.filter(({ event }: { event: string }) => event === "run.started").length, 1);
});

test("a result that is out of sight stands beside the zoom, is looked at by a click, and goes once its card is seen", async (t) => {
  const { page, context, faults } = await editor.visit({ whole: false });
  t.after(() => context.close());
  assert.equal(await page.locator(".result-peek").count(), 0, "nothing before a run");
  assert.equal(await runToEnd(page), "Finished");
  await page.locator(".result-peek").click();
  await page.locator("dialog[open] .zoomable img").waitFor();
  assert.equal(await page.locator("dialog[open] h2").first().textContent(), "Save image");
  await page.keyboard.press("Escape");
  await page.getByTitle("Show everything (.)").click();
  await page.locator(".result-peek").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("cancel ends the run and keeps what had finished", async () => {
  const { page } = await editor.visit();
  await page.locator("#setting\\:seed").fill("991");
  await setDecoderSteps(page, 999);
  await pressRun(page);
  await page.locator('.node[data-id="prior"][data-state="finished"]').waitFor({ timeout: patience });
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await ended(page), "Cancelled");
  assert.equal(await page.locator('.node[data-id="prior"]').getAttribute("data-state"), "finished");
  await page.locator(".spoken", { hasText: "The run was cancelled." }).waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
});
