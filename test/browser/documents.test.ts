import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { dropWorkflow, type Editor, runToEnd, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** A workflow that paints in a second. */
const quick = (title: string) => ({
  format: "clipwork/1",
  meta: { title },
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
    decode: node("decoder.sample", { steps: 2 }, { image: "prior.embedding", text: "encode.embedding" }),
    save: node("output.image", {}, { image: "decode.image" }),
  },
  exposed: { prompt: "caption.text" },
  layout: {
    caption: { x: 0, y: 0 },
    encode: { x: 280, y: 0 },
    prior: { x: 560, y: 0 },
    decode: { x: 840, y: 0 },
    save: { x: 1120, y: 0 },
  },
});

async function saved(page: Page): Promise<void> {
  await page.locator(".saved-mark", { hasText: "Saved" }).waitFor();
}

const card = (page: Page, title: string) =>
  page.locator(".document-card", { has: page.getByText(title, { exact: true }) });

async function run(page: Page, caption: string): Promise<void> {
  await page.locator("#setting\\:prompt").fill(caption);
  assert.equal(await runToEnd(page), "Finished");
}

test("documents are found, renamed, duplicated and deleted, and deleting is taken back", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, quick("Cones at night"));
  await settled(page);
  await run(page, "a green cone at night");
  await saved(page);
  await page.getByLabel("New workflow").click();
  await page.keyboard.press("Control+o");
  await card(page, "Cones at night").locator(".document-picture img").waitFor();

  await card(page, "Cones at night").hover();
  await page.getByLabel("Rename Cones at night").click();
  await page.keyboard.type("Cones by day");
  await page.keyboard.press("Enter");
  await card(page, "Cones by day").waitFor();
  await page.locator(".document-tab-name", { hasText: "Cones by day" }).waitFor();

  await card(page, "Cones by day").hover();
  await page.getByLabel("Duplicate Cones by day", { exact: true }).click();
  await card(page, "Cones by day (copy)").waitFor();
  await page.getByLabel("Search documents").fill("COPY");
  await card(page, "Cones by day").waitFor({ state: "detached" });
  await card(page, "Cones by day (copy)").hover();
  await page.getByLabel("Delete Cones by day (copy)").click();
  await page.getByText("No document has these words.").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await card(page, "Cones by day (copy)").waitFor();

  await page.getByLabel("Search documents").fill("");
  await page.getByTitle("Open Cones by day", { exact: true }).click();
  assert.equal(await page.locator("#setting\\:prompt").inputValue(), "a green cone at night");
  assert.deepEqual(faults, []);
});

test("every run has its version with a picture; two are compared in words, and an older one is restored as a step to undo", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, quick("Balls"));
  await settled(page);
  await run(page, "a blue ball on grass");
  await run(page, "a yellow ball on sand");
  await page.keyboard.press("Control+o");
  await card(page, "Balls").hover();
  await page.getByLabel("Versions of Balls").click();
  const rows = page.locator(".history-list li");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 2);
  assert.equal(await page.locator(".history-list img").count(), 2);
  const pictures = await page
    .locator(".history-list img")
    .evaluateAll((all) => all.map((one) => (one as HTMLImageElement).src));
  assert.notEqual(pictures[0], pictures[1]);
  const differs = page.locator(".differences li");
  await differs.first().waitFor();
  assert.deepEqual(await differs.allTextContents(), ["Prompt, texta blue ball on grass → a yellow ball on sand"]);
  await page.getByRole("button", { name: /^Restore version/ }).click();
  const prompt = page.locator("#setting\\:prompt");
  assert.equal(await prompt.inputValue(), "a blue ball on grass");
  await saved(page);
  await page.getByLabel("Undo (Ctrl+Z)").click();
  assert.equal(await prompt.inputValue(), "a yellow ball on sand");
  assert.deepEqual(faults, []);
});
