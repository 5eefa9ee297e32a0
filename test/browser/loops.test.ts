import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { documentOf, dropWorkflow, type Editor, ended, pressRun, settled, startEditor } from "./editor.fixture.ts";
import { node, small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const card = (page: Page, id: string) => page.locator(`.node[data-id="${id}"]`);

/** A caption to a picture that is varied once, in a moment. */
function varied(title: string) {
  const { nodes, ...workflow } = small(title);
  const vary = node(
    "decoder.vary",
    { steps: 2, strength: 1, sampler: "ddim" },
    { picture: "decode.image", image: "prior.embedding" },
  );
  return { ...workflow, nodes: { ...nodes, vary, save: node("output.image", {}, { image: "vary.image" }) } };
}

async function run(page: Page): Promise<void> {
  const before = page.url();
  await pressRun(page);
  await page.waitForURL((url) => url.href !== before);
  assert.equal(await ended(page), "Finished");
}

async function pictureOf(page: Page, id: string): Promise<string> {
  const image = card(page, id).locator(".preview > img");
  await image.waitFor();
  return (await image.getAttribute("src"))!;
}

test("a node is repeated, run, given more rounds, looked into round by round, and is once again as it was", async () => {
  const { page, faults } = await editor.visit({ wide: true });
  await dropWorkflow(page, varied("Repeated"));
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  await card(page, "vary").locator(".node-title").click();
  await page.keyboard.press("Alt+r");
  const loop = page.locator('.node[data-id="subgraph"]');
  await loop.locator(".node-rounds").getByText("4 rounds").waitFor({ state: "attached" });
  await loop.locator('.port[data-port="picture"][data-side="output"] .port-carried').waitFor();
  await loop.locator('.port[data-port="all"]').waitFor();
  await page.getByText("Each round gets picture from the one before.").waitFor();
  await page.locator("#field\\:subgraph\\:rounds").fill("2");
  await loop.locator(".node-rounds").getByText("2 rounds").waitFor({ state: "attached" });
  await run(page);
  await page.locator('.node[data-id="subgraph"][data-state="finished"]').waitFor();
  const two = await pictureOf(page, "save");
  assert.equal(await pictureOf(page, "subgraph"), two, "the card shows the last round");

  await loop.locator(".node-title").dblclick();
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
  const inside = card(page, "vary");
  await inside.waitFor();
  assert.equal(await pictureOf(page, "vary"), two);
  const round = page.getByRole("spinbutton", { name: "Round" });
  assert.equal(await round.inputValue(), "2");
  await round.fill("1");
  await page.waitForFunction((before) => {
    const src = document.querySelector('.node[data-id="vary"] .preview > img')?.getAttribute("src");
    return src !== null && src !== undefined && src !== before;
  }, two);
  await page.getByRole("button", { name: "Leave" }).click();
  await page.locator(".breadcrumb").waitFor({ state: "detached" });
  await settled(page);

  await card(page, "subgraph").locator(".node-title").click();
  await page.locator("#field\\:subgraph\\:rounds").fill("3");
  await run(page);
  await page.locator('.node[data-id="prior"][data-state="cached"]').waitFor();
  await loop.locator(".node-title").dblclick();
  await settled(page);
  for (const [number, state] of [
    ["3", "finished"],
    ["2", "cached"],
  ] as const) {
    await round.fill(number);
    await page.locator(`.node[data-id="vary"][data-state="${state}"]`).waitFor({ state: "attached" });
  }
  await page.getByRole("button", { name: "Leave" }).click();
  await page.locator(".breadcrumb").waitFor({ state: "detached" });
  await settled(page);
  const kept = await documentOf(page, ({ nodes }) => nodes.subgraph?.params?.rounds === 3);
  assert.equal(kept.nodes.subgraph!.type, "loop.repeat.subgraph");

  await page.getByLabel("How often it runs").selectOption("Repeats as long as it says so");
  await page.getByText("there is no such output").first().waitFor();
  await page.getByLabel("How often it runs").selectOption("Runs once");
  await loop.locator(".node-rounds").waitFor({ state: "detached" });
  await page.locator(".canvas-area").focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press("Control+z");
  const undone = await documentOf(page, ({ definitions }) => definitions === undefined);
  assert.deepEqual(undone.nodes, varied("").nodes);
  assert.deepEqual(faults, []);
});
