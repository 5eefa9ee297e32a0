import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { dropWorkflow, type Editor, ended, pressRun, settled, startEditor } from "./editor.fixture.ts";
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

test("a node is repeated, run, and looked into round by round", async () => {
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
  assert.deepEqual(faults, []);
});
