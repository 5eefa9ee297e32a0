import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { drop, dropWorkflow, type Editor, ended, pressRun, settled, startEditor } from "./editor.fixture.ts";
import { node, small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const prompt = "#setting\\:prompt";
const preview = (page: Page, id: string) => page.locator(`.node[data-id="${id}"] .preview`);

/** Waits until the picture of a card stands so, and gives its address. */
async function pictureOf(page: Page, id: string, standing: "made" | "kept" | "earlier"): Promise<string> {
  const image = page.locator(`.node[data-id="${id}"] .preview[data-standing="${standing}"] > img`);
  await image.waitFor();
  await page.waitForFunction((img) => (img as HTMLImageElement).naturalWidth > 0, await image.elementHandle());
  return (await image.getAttribute("src"))!;
}

async function run(page: Page): Promise<void> {
  const before = page.url();
  await pressRun(page);
  // What is kept is there in no time: its run may never be seen as running.
  await page.waitForFunction((address) => location.href !== address, before);
  assert.equal(await ended(page), "Finished");
}

test("before a run a card has no grey square but the size that its picture will have", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, small("Before"));
  await settled(page);
  for (const id of ["decode", "save"]) {
    assert.equal(await preview(page, id).textContent(), "64 × 64");
    const colour = await preview(page, id).evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.equal(colour, "rgba(0, 0, 0, 0)");
  }
});

test("pictures stay on the cards with their seed: faded once the caption is another, whole again after undo", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, small("Kept"));
  await settled(page);
  await run(page);
  const first = await pictureOf(page, "save", "made");
  assert.equal(await preview(page, "decode").locator(".preview-made").textContent(), "seed 7");
  await page.locator(prompt).fill("a blue ball");
  assert.equal(await pictureOf(page, "save", "earlier"), first);
  assert.match((await preview(page, "decode").textContent())!, /seed 7\s*earlier/);
  const faded = () =>
    preview(page, "save")
      .locator("> img")
      .evaluate((element) => Number(getComputedStyle(element).opacity));
  assert.ok((await faded()) < 0.6);
  await run(page);
  const second = await pictureOf(page, "save", "made");
  assert.notEqual(second, first);
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+z");
  assert.equal(await pictureOf(page, "save", "kept"), first);
  assert.equal(await faded(), 1);
  await page.keyboard.press("Control+Shift+z");
  assert.equal(await pictureOf(page, "save", "made"), second);

  // A run of a part leaves the others as they are.
  await page.locator('.node[data-id="prior"] .node-header').click();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+Shift+Enter");
  await page.locator('.node[data-id="prior"] .node-status', { hasText: "cached" }).waitFor();
  assert.equal(await pictureOf(page, "save", "kept"), second);
  assert.deepEqual(faults, []);
});

test("a picture that is dropped on a new page, and a document that is opened, have their cards filled at once", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, small("Dropped"));
  await settled(page);
  await page.locator(prompt).fill("a large yellow cone");
  await run(page);
  const made = await pictureOf(page, "save", "made");
  const id = new URL(page.url()).hash.slice("#run=".length);
  const { outputs } = await (await page.request.get(`${editor.url}/api/v1/runs/${id}`)).json();
  const png = await (await page.request.get(`${editor.url}/api/v1/artifacts/${outputs[0].picture}`)).body();

  const other = await editor.visit();
  await drop(other.page, "result.png", "image/png", png);
  assert.equal(await pictureOf(other.page, "save", "kept"), made);
  await pictureOf(other.page, "decode", "kept");

  const third = await editor.visit();
  await third.page.keyboard.press("Control+o");
  await third.page.locator(".document-open", { hasText: "Dropped" }).first().click();
  await third.page.locator(prompt).waitFor();
  assert.equal(await pictureOf(third.page, "save", "kept"), made);
  await third.page.locator(prompt).fill("a large yellow");
  await pictureOf(third.page, "save", "earlier");
  await other.page.locator(prompt).fill("a large yellow");
  await other.page.locator('.node[data-id="save"] .preview[data-empty]').waitFor();
});

test("the items of a batch appear on the card one by one, those that are not ready as far as they are", async () => {
  const { page } = await editor.visit();
  const batch = small("Batch");
  await dropWorkflow(page, {
    ...batch,
    nodes: {
      ...batch.nodes,
      seeds: node("list.seeds", { first: 7, count: 4 }),
      decode: {
        ...batch.nodes.decode,
        params: { steps: 8 },
        inputs: { ...batch.nodes.decode.inputs, seed: "seeds.seeds" },
      },
    },
    exposed: {},
  });
  await settled(page);
  await pressRun(page);
  // While it samples, each item has a place of its own.
  await page.waitForFunction(() => {
    const card = document.querySelector('.node[data-id="decode"]') as HTMLElement;
    return card.dataset.state === "running" && card.querySelectorAll(".preview-grid img").length === 4;
  });
  assert.equal(await ended(page), "Finished");
  assert.equal(await preview(page, "save").locator(".preview-grid img").count(), 4);
  assert.equal(await preview(page, "decode").locator(".preview-made").textContent(), "seeds 7–10");
});
