import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import {
  documentOf,
  dropWorkflow,
  type Editor,
  ended,
  link,
  pressRun,
  settled,
  startEditor,
} from "./editor.fixture.ts";
import { small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const card = (page: Page, id: string) => page.locator(`.node[data-id="${id}"]`);
const crumbs = (page: Page) => page.getByRole("navigation", { name: "Open subgraph" });

/** Clicks the heads of cards, all but the first with Shift. */
async function choose(page: Page, ...ids: string[]): Promise<void> {
  for (const [i, id] of ids.entries())
    await card(page, id)
      .locator(".node-title")
      .click({ modifiers: i === 0 ? [] : ["Shift"] });
}

async function run(page: Page): Promise<void> {
  // A run of which everything is kept is over before anybody can see it run.
  const before = page.url();
  await pressRun(page);
  await page.waitForURL((url) => url.href !== before);
  assert.equal(await ended(page), "Finished");
}

/** The address of the picture on a card, which is that of its pixels' file. */
async function pictureOf(page: Page, id: string): Promise<string> {
  const image = card(page, id).locator(".preview > img");
  await image.waitFor();
  return (await image.getAttribute("src"))!;
}

async function openSmall(title: string, wide = false): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await editor.visit({ wide });
  await dropWorkflow(page, small(title));
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  return { page, faults };
}

test("a subgraph is made, nested, run, edited inside and unpacked: the same pixels, computed once", async () => {
  const { page, faults } = await openSmall("Nested");
  await run(page);
  const first = await pictureOf(page, "save");
  await choose(page, "encode", "prior", "decode");
  await page.keyboard.press("Alt+g");
  await card(page, "subgraph").waitFor();
  assert.deepEqual(await page.locator(".node").count(), 3);
  await run(page);
  assert.equal(await pictureOf(page, "save"), first);
  await page.locator('.node[data-id="subgraph"][data-state="cached"]').waitFor();
  await pictureOf(page, "subgraph");

  await card(page, "subgraph").locator(".node-title").dblclick();
  await crumbs(page).getByText("Subgraph").waitFor();
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  await page.locator('.node[data-id="decode"][data-state="cached"]').waitFor();
  await choose(page, "prior", "decode");
  await page.keyboard.press("Alt+g");
  await card(page, "subgraph").waitFor();
  await card(page, "subgraph").locator(".node-title").dblclick();
  await crumbs(page).getByText("Subgraph 2").waitFor();
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  await run(page);
  await page.locator('.node[data-id="decode"][data-state="cached"]').waitFor();

  await choose(page, "decode");
  const steps = page.locator("#field\\:decode\\:steps");
  await steps.fill("3");
  await run(page);
  await page.locator('.node[data-id="decode"][data-state="finished"]').waitFor();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+z");
  await page.locator("#field\\:decode\\:steps[value='2']").waitFor();

  await crumbs(page).getByRole("button", { name: "Nested" }).click();
  await crumbs(page).waitFor({ state: "detached" });
  await settled(page);
  for (const count of [4, 5]) {
    await page.keyboard.press("Escape");
    await page.getByTitle("Show everything (.)").click();
    await choose(page, "subgraph");
    await page.keyboard.press("Alt+u");
    await page.waitForFunction((count) => document.querySelectorAll(".node").length === count, count);
  }
  await card(page, "decode").waitFor();
  await run(page);
  assert.equal(await pictureOf(page, "save"), first);
  await page.locator('.node[data-id="decode"][data-state="cached"]').waitFor();
  const unpacked = await documentOf(page, ({ definitions }) => definitions === undefined);
  assert.deepEqual(Object.keys(unpacked.nodes).sort(), ["caption", "decode", "encode", "prior", "save"]);
  for (let i = 0; i < 6; i++) await page.keyboard.press("Control+z");
  const undone = await documentOf(page, ({ nodes }) => Object.hasOwn(nodes, "prior"));
  assert.deepEqual(undone.nodes, small("").nodes);
  assert.deepEqual(faults, []);
});

test("ports are added, linked, named and taken away; a parameter inside is put on the card", async () => {
  const { page, faults } = await openSmall("Ports", true);
  await choose(page, "encode", "prior", "decode");
  await page.keyboard.press("Alt+g");
  await card(page, "subgraph").locator('.port[data-port="text"]').waitFor();
  await card(page, "subgraph").locator('.port[data-port="image"]').waitFor();
  await card(page, "subgraph").locator(".node-title").dblclick();
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  await page.getByRole("button", { name: "Add an output" }).click();
  await card(page, "out").locator('.port[data-port="output"]').waitFor();
  await link(page, "prior.embedding", "out.output");
  const name = page.getByLabel("Name of output");
  await name.fill("concept");
  await name.press("Enter");
  await card(page, "out").locator('.port[data-port="concept"]').waitFor();
  await page
    .locator(".port-row", { has: page.getByLabel("Name of concept") })
    .getByText("image embedding")
    .waitFor();
  await choose(page, "prior");
  await page.getByRole("button", { name: "Expose steps" }).click();
  await page.keyboard.press("Alt+l");
  await crumbs(page).waitFor({ state: "detached" });
  await settled(page);
  await card(page, "subgraph").locator('.port[data-port="concept"]').waitFor();
  await choose(page, "subgraph");
  await page.locator("#field\\:subgraph\\:steps").fill("3");
  const document = await documentOf(page, ({ nodes }) => nodes.subgraph?.params?.steps === 3);
  assert.deepEqual(document.definitions!.subgraph!.outputs, {
    image: { from: "decode.image" },
    concept: { from: "prior.embedding" },
  });
  assert.deepEqual(document.definitions!.subgraph!.exposed, { seed: "decode.seed", steps: "prior.steps" });
  assert.deepEqual(faults, []);
});

test("a subgraph is saved as a file, inserted from it, and a problem inside leads there by its titles", async () => {
  const { page, faults } = await openSmall("Shared");
  await choose(page, "encode", "prior", "decode");
  await page.keyboard.press("Alt+g");
  await card(page, "subgraph").waitFor();
  const title = page.getByLabel("Title of the subgraph");
  await title.fill("From words to picture");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as file" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "From words to picture.json");
  const file = (await download.path())!;
  await page.getByRole("button", { name: "New workflow" }).click();
  await page.locator(".canvas-empty, .canvas-area[data-empty=true]").first().waitFor();
  await page.getByLabel("File of a subgraph").setInputFiles({
    name: "shared.json",
    mimeType: "application/json",
    buffer: await (await import("node:fs/promises")).readFile(file),
  });
  await page.locator(".node").waitFor();
  assert.match((await page.locator(".node-title").textContent())!, /From words to picture/);
  await page.locator(".canvas-area").click({ position: { x: 20, y: 400 } });
  const problem = page.locator(".problems li", { hasText: "From words to picture › CLIP encode text" }).first();
  await problem.waitFor();
  await problem.getByRole("button", { name: /Go to From words to picture/ }).click();
  await crumbs(page).getByText("From words to picture").waitFor();
  await page.locator('.node[data-selected][data-id="encode"]').waitFor();
  assert.deepEqual(faults, []);
});
