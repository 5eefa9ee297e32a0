import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { documentOf, drag, dropWorkflow, ended, patience, pressRun, settled, startEditor } from "./editor.fixture.ts";

const editor = await startEditor();
after(() => editor.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });
const quick = { steps: 3, sampler: "ddim" };

const workflow = {
  format: "clipwork/1",
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", { steps: 3 }, { text: "encode.embedding" }),
    picture: node("decoder.sample", quick, { image: "prior.embedding", text: "encode.embedding" }),
    mask: node("image.load-mask"),
    repaint: node(
      "decoder.inpaint",
      { ...quick, resample: 1 },
      { picture: "picture.image", mask: "mask.mask", image: "prior.embedding", text: "encode.embedding" },
    ),
    save: node("output.image", {}, { image: "repaint.image" }),
  },
  layout: Object.fromEntries(
    ["caption", "encode", "prior", "picture", "mask", "repaint", "save"].map((id, i) => [id, { x: 290 * i, y: 0 }]),
  ),
};

/** The page with the workflow open, its picture drawn, and the mask's dialog in front. */
async function painting() {
  const visit = await editor.visit({ wide: true });
  const { page } = visit;
  await dropWorkflow(page, workflow);
  await page.locator('.node[data-id="mask"]').waitFor();
  await settled(page);
  await page.locator('.node[data-id="picture"] .node-header').click();
  await page.getByRole("button", { name: "Run to here" }).click();
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="mask"] .node-header').click();
  await page.getByRole("button", { name: "Paint", exact: true }).click();
  await page.locator(".painter-paper img").waitFor();
  return visit;
}

/** A button beside the brush. */
const brush = (page: Page, name: string) => page.getByRole("toolbar", { name: "Brush" }).getByTitle(name);

/** A place on the painting by its shares of width and height. */
async function on(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = (await page.locator(".painter-paper canvas").boundingBox())!;
  return { x: box.x + x * box.width, y: box.y + y * box.height };
}

/** The uploaded mask's shares of white, one number a pixel. */
async function maskOf(page: Page, asset: unknown) {
  const bytes = await (
    await page.request.get(`${editor.url}/api/v1/artifacts/${String(asset).slice("asset:".length)}`)
  ).body();
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) =>
    data[3 * (Math.floor(y * info.height) * info.width + Math.floor(x * info.width))]!;
  return { at, width: info.width, height: info.height };
}

test("a mask is painted over its picture with undo, redo and an eraser, is as large as that, and is run", async () => {
  const { page, faults } = await painting();
  const canvas = page.locator(".painter-paper canvas");
  assert.deepEqual(await canvas.evaluate((one: HTMLCanvasElement) => [one.width, one.height]), [64, 64]);
  await drag(page, await on(page, 0.2, 0.25), await on(page, 0.8, 0.25));
  await drag(page, await on(page, 0.2, 0.75), await on(page, 0.8, 0.75));
  await page.keyboard.press("Control+z");
  assert.ok(await brush(page, "Redo (Ctrl+Shift+Z)").isEnabled());
  await brush(page, "Erase (E)").click();
  await drag(page, await on(page, 0.5, 0.1), await on(page, 0.5, 0.4));
  await brush(page, "Undo (Ctrl+Z)").click();
  await brush(page, "Redo (Ctrl+Shift+Z)").click();
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".painter").waitFor({ state: "detached" });
  const { nodes } = await documentOf(page, (document) => document.nodes.mask?.params?.file !== undefined);
  const { at, width, height } = await maskOf(page, nodes.mask!.params!.file);
  assert.deepEqual([width, height], [64, 64]);
  assert.equal(at(0.3, 0.25), 255, "painted");
  assert.equal(at(0.5, 0.25), 0, "erased");
  assert.equal(at(0.7, 0.25), 255, "painted");
  assert.equal(at(0.5, 0.75), 0, "undone");
  assert.equal(at(0.5, 0.95), 0, "never painted");
  // The editor's own history knows one step.
  await page.keyboard.press("Control+z");
  await documentOf(page, (document) => document.nodes.mask?.params?.file === undefined);
  await page.keyboard.press("Control+Shift+z");
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="save"] .preview > img').waitFor({ timeout: patience });
  assert.deepEqual(faults, []);
});

test("what was painted is there when it is painted on, can be cleared, and a keyboard paints too", async () => {
  const { page, faults } = await painting();
  await page.mouse.click(...xy(await on(page, 0.25, 0.25)));
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".painter").waitFor({ state: "detached" });
  const first = (await documentOf(page, (document) => document.nodes.mask?.params?.file !== undefined)).nodes.mask!
    .params!.file;
  const paintOn = page.getByRole("button", { name: "Paint on" });
  await paintOn.click();
  await page.locator(".painter-paper canvas").focus();
  // The brush begins in the middle.
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".painter").waitFor({ state: "detached" });
  const both = (await documentOf(page, (document) => document.nodes.mask?.params?.file !== first)).nodes.mask!.params!
    .file;
  const second = await maskOf(page, both);
  assert.deepEqual([second.at(0.25, 0.25), second.at(0.5, 0.5), second.at(0.75, 0.75)], [255, 255, 0]);
  await paintOn.click();
  await brush(page, "Clear").click();
  await page.getByRole("button", { name: "Use it" }).click();
  await page.locator(".painter").waitFor({ state: "detached" });
  const none = (await documentOf(page, (document) => document.nodes.mask?.params?.file !== both)).nodes.mask!.params!
    .file;
  const third = await maskOf(page, none);
  assert.deepEqual([third.at(0.25, 0.25), third.at(0.5, 0.5)], [0, 0]);
  assert.deepEqual(faults, []);
});

test("a mask for a picture that has not been drawn yet is as large as that will be", async () => {
  const { page, faults } = await editor.visit({ wide: true });
  const { picture, ...others } = workflow.nodes;
  await dropWorkflow(page, { ...workflow, nodes: { ...others, picture: { ...picture, version: 2 } } });
  await page.locator('.node[data-id="mask"]').waitFor();
  await settled(page);
  await page.locator('.node[data-id="mask"] .node-header').click();
  await page.getByRole("button", { name: "Paint", exact: true }).click();
  await page.getByText("64 × 64. What is painted is repainted.").waitFor();
  const canvas = page.locator(".painter-paper canvas");
  assert.deepEqual(await canvas.evaluate((one: HTMLCanvasElement) => [one.width, one.height]), [64, 64]);
  assert.deepEqual(faults, []);
});

function xy({ x, y }: { readonly x: number; readonly y: number }): [number, number] {
  return [x, y];
}
