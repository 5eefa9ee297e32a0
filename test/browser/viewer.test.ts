import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { drag, dropWorkflow, type Editor, ended, pressRun, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** Four seeds of one caption, of 64 pixels, in a moment. */
const batch = {
  format: "clipwork/1",
  meta: { title: "Batch" },
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
    seeds: node("list.seeds", { first: 7, count: 4 }),
    decode: {
      ...node(
        "decoder.sample",
        { steps: 2 },
        { image: "prior.embedding", text: "encode.embedding", seed: "seeds.seeds" },
      ),
      version: 2,
    },
    save: node("output.image", {}, { image: "decode.image" }),
  },
  exposed: { prompt: "caption.text" },
};

async function run(page: Page): Promise<string> {
  const before = page.url();
  await pressRun(page);
  // What is kept is there in no time: its run may never be seen as running.
  await page.waitForFunction((address) => location.href !== address, before);
  assert.equal(await ended(page), "Finished");
  return new URL(page.url()).hash.slice("#run=".length);
}

async function open(page: Page, title: string): Promise<void> {
  await page.locator(".node", { hasText: title }).last().hover();
  await page.getByLabel(`Look at ${title} closely`).click();
  await shown(page);
}

/** Waits until the picture is there. */
async function shown(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const image = document.querySelector<HTMLImageElement>(".zoomable img");
    return image?.complete === true && image.naturalWidth > 0;
  });
}

const zoom = (page: Page, text: string) =>
  page.locator('.picture-bar output[aria-label="Zoom"]', { hasText: text }).waitFor();
const current = (page: Page) => page.locator('.filmstrip [aria-current="true"]').getAttribute("title");

test("a batch is gone through in the viewer by keys, each item with its seed, down to single pixels", async () => {
  const { page, faults } = await editor.visit({ wide: true });
  await dropWorkflow(page, batch);
  await settled(page);
  const id = await run(page);
  const { outputs } = await (await page.request.get(`${editor.url}/api/v1/runs/${id}`)).json();
  await open(page, "Save image");
  assert.deepEqual(await page.locator(".filmstrip h3").allTextContents(), ["Decoder", "Save image"]);
  assert.deepEqual(
    (await page.locator(".filmstrip small").allTextContents()).slice(4),
    [7, 8, 9, 10].map((seed) => `seed ${seed}`),
  );
  assert.equal(await current(page), "Save image, item 1: seed 7");
  const text = await page.locator(".modal").textContent();
  assert.doesNotMatch(text!, /\b(save|decode)\b/);

  // The pixel under the pointer, as the file has it.
  const picture = outputs.find(({ item }: { item: number }) => item === 0).picture;
  const png = await (await page.request.get(`${editor.url}/api/v1/artifacts/${picture}`)).body();
  const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const read = page.locator(".picture-pixel");
  const pixel = async (x: number, y: number) => {
    const box = (await page.locator(".zoomable img").boundingBox())!;
    await page.mouse.move(box.x + ((x + 0.5) * box.width) / 64, box.y + ((y + 0.5) * box.height) / 64);
    return read.textContent();
  };
  const colour = (x: number, y: number) => [...data.subarray(3 * (64 * y + x), 3 * (64 * y + x) + 3)].join(", ");
  for (const [x, y] of [
    [0, 0],
    [31, 40],
    [63, 63],
  ] as const)
    assert.equal(await pixel(x, y), `x ${x}, y ${y} · RGB ${colour(x, y)}`);

  // The wheel keeps the pixel that the pointer is on.
  await pixel(20, 30);
  await page.locator(".zoomable").focus();
  await page.keyboard.press("1");
  await zoom(page, "100 %");
  const before = await pixel(20, 30);
  await page.mouse.wheel(0, -900);
  await zoom(page, "800 %");
  await page.mouse.move(0, 0);
  assert.equal(await pixel(20, 30), before);
  const box = (await page.locator(".zoomable img").boundingBox())!;
  await drag(page, { x: box.x + 200, y: box.y + 200 }, { x: box.x + 260, y: box.y + 230 });
  const moved = (await page.locator(".zoomable img").boundingBox())!;
  assert.ok(Math.abs(moved.x - box.x - 60) < 2 && Math.abs(moved.y - box.y - 30) < 2, JSON.stringify([box, moved]));
  await page.keyboard.press("f");
  await page.locator(".picture-bar button", { hasText: "Fit" }).and(page.locator('[aria-pressed="true"]')).waitFor();

  await page.keyboard.press("ArrowRight");
  assert.equal(await current(page), "Save image, item 2: seed 8");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await current(page), "Decoder, item 4: seed 10");
  assert.match((await page.locator(".look-foot a[download]").getAttribute("download"))!, /^decoder-4\.webp$/);
  await page.keyboard.press("Escape");
  await page.locator(".modal").waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("a picture of 1024 pixels is seen whole, pixel for pixel, on a screen of 1920", async () => {
  const { page } = await editor.visit({ wide: true });
  const png = await sharp({ create: { width: 1024, height: 1024, channels: 3, background: "#336699" } })
    .png()
    .toBuffer();
  const reply = await page.request.post(`${editor.url}/api/v1/uploads`, {
    data: png,
    headers: { "content-type": "image/png" },
  });
  const { asset } = await reply.json();
  await dropWorkflow(page, {
    format: "clipwork/1",
    meta: { title: "Large" },
    nodes: {
      load: node("image.load", { file: `asset:${asset}` }),
      save: node("output.image", {}, { image: "load.image" }),
    },
  });
  await settled(page);
  await run(page);
  await open(page, "Save image");
  await page.keyboard.press("1");
  await zoom(page, "100 %");
  const [picture, room] = [
    (await page.locator(".zoomable img").boundingBox())!,
    (await page.locator(".zoomable").boundingBox())!,
  ];
  assert.equal(picture.width, 1024);
  assert.ok(room.y <= picture.y && room.y + room.height >= picture.y + 1024, JSON.stringify([picture, room]));
});

test("docked, the viewer leaves the canvas to be used, follows the next run, and is as wide as it was after a reload", async () => {
  const { page } = await editor.visit({ wide: true });
  await dropWorkflow(page, batch);
  await settled(page);
  await run(page);
  await open(page, "Save image");
  await page.getByRole("button", { name: "Dock" }).click();
  const viewer = page.locator("aside.viewer");
  await viewer.waitFor();
  await shown(page);
  const width = async () => (await viewer.boundingBox())!.width;
  const edge = (await page.locator(".viewer-edge").boundingBox())!;
  const from = { x: edge.x + edge.width / 2, y: edge.y + 300 };
  const before = await width();
  await drag(page, from, { x: from.x - 120, y: from.y });
  assert.ok(Math.abs((await width()) - before - 120) < 3, `${before} → ${await width()}`);
  const [canvas, panel] = [(await page.locator(".work").boundingBox())!, (await viewer.boundingBox())!];
  assert.ok(canvas.x + canvas.width <= panel.x + 1, "they do not lie on one another");

  // The canvas works beside it, and the next run takes the place of this one.
  const source = await page.locator(".viewer .zoomable img").getAttribute("src");
  await page.locator("#setting\\:prompt").fill("a green ball");
  await run(page);
  await page.waitForFunction((old) => {
    const image = document.querySelector<HTMLImageElement>(".viewer .zoomable img");
    return image !== null && image.getAttribute("src") !== old;
  }, source);
  const kept = await width();
  await page.locator(".viewer .zoomable").focus();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  await page.reload();
  await settled(page);
  await page.locator('.node[data-id="save"] .preview img').first().waitFor();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("v");
  await viewer.waitFor();
  assert.ok(Math.abs((await width()) - kept) < 1);
});

test("two items are compared by slider, side by side, as an amplified difference and by blinking, with what made them differ", async () => {
  const { page, faults } = await editor.visit({ wide: true });
  await dropWorkflow(page, batch);
  await settled(page);
  const id = await run(page);
  const { outputs } = await (await page.request.get(`${editor.url}/api/v1/runs/${id}`)).json();
  await open(page, "Save image");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator('.filmstrip button[title="Save image, item 3: seed 9"]').click();
  await page.locator(".compare-upper").waitFor();
  await page.locator(".first-different", { hasText: "Values differ first at Decoder." }).waitFor();
  assert.deepEqual(await page.locator(".what-differs li").allTextContents(), ["Decoder, seed7 → 9"]);

  await page.getByRole("button", { name: "Side by side" }).click();
  const boxes = async () =>
    Promise.all((await page.locator(".compare-pair img").all()).map((one) => one.boundingBox()));
  await page.waitForFunction(
    () => document.querySelectorAll(".compare-pair .zoomable-inner[data-pixels]").length === 2,
  );
  const first = (await page.locator(".compare-pair .zoomable").first().boundingBox())!;
  await page.mouse.move(first.x + first.width / 3, first.y + first.height / 3);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(
    (before) => document.querySelector(".compare-pair img")!.getBoundingClientRect().width > 1.5 * before,
    first.height * 0.9,
  );
  const [a, b] = await boxes();
  assert.ok(Math.abs(a!.width - b!.width) < 0.5 && Math.abs(a!.y - b!.y) < 0.5, "both are zoomed and moved together");

  // The canvas has the difference of the files, times four.
  await page.getByRole("button", { name: "Difference" }).click();
  const pixels = async (item: number) => {
    const { picture } = outputs.find((one: { item: number }) => one.item === item);
    const png = await (await page.request.get(`${editor.url}/api/v1/artifacts/${picture}`)).body();
    return sharp(png).removeAlpha().raw().toBuffer();
  };
  const [left, right] = [await pixels(0), await pixels(2)];
  await page.locator('[role="status"]', { hasText: "of the pixels differ" }).waitFor();
  const drawn = await page
    .locator("canvas.compare-difference")
    .evaluate((canvas: HTMLCanvasElement) => [
      ...canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data,
    ]);
  assert.equal(drawn.length, 4 * 64 * 64);
  for (let i = 0; i < 64 * 64; i++)
    for (let c = 0; c < 3; c++)
      assert.equal(drawn[4 * i + c], Math.min(255, 4 * Math.abs(left[3 * i + c]! - right[3 * i + c]!)), `pixel ${i}`);

  await page.getByRole("button", { name: "Blink" }).click();
  const blink = page.locator(".blink");
  // For who wants no motion it stands still until told to go on.
  await page.getByRole("button", { name: "Go on by itself" }).click();
  await page.locator('.blink[data-first="false"]').waitFor();
  await page.locator('.blink[data-first="true"]').waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  const stands = await blink.getAttribute("data-first");
  await page.getByRole("button", { name: "The other" }).click();
  assert.notEqual(await blink.getAttribute("data-first"), stands);
  assert.deepEqual(faults, []);
});

test("two parameters are swept from a parameter's menu into a grid with both axes, in one step to undo; the command line makes the same file", async (t) => {
  const { page, faults } = await editor.visit({ wide: true });
  const { seeds: _, decode, ...others } = batch.nodes;
  const inputs = { image: "prior.embedding", text: "encode.embedding" };
  await dropWorkflow(page, { ...batch, nodes: { ...others, decode: { ...decode, inputs } } });
  await settled(page);
  const nodes = () => page.locator(".node").count();
  const before = await nodes();
  await page.locator('.node[data-id="decode"] .node-header').click();
  await page.getByLabel("Sweep seed").click();
  const dialog = page.locator("dialog");
  await dialog.getByLabel("Across: values").fill("7, 9, 11");
  await dialog.getByLabel("Down: parameter").selectOption({ label: "Prompt, text" });
  await dialog.getByLabel("Down: values").fill("a red cube\na blue ball");
  await dialog.locator('[role="status"]', { hasText: "3 × 2 = 6 pictures." }).waitFor();
  await dialog.getByRole("button", { name: "Add and run" }).click();
  await page.waitForFunction(() => location.hash.startsWith("#run="));
  assert.equal(await ended(page), "Finished");
  assert.equal(await nodes(), before + 5);

  // In the page.
  const id = new URL(page.url()).hash.slice("#run=".length);
  const run = await (await page.request.get(`${editor.url}/api/v1/runs/${id}`)).json();
  assert.equal(run.outputs.length, 1);
  const png = await (await page.request.get(`${editor.url}/api/v1/artifacts/${run.outputs[0].picture}`)).body();
  if (process.env.CLIPWORK_SWEEP) writeFileSync(process.env.CLIPWORK_SWEEP, png);
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  assert.ok(info.width > 3 * 128 + 2 * 4 && info.height > 2 * 128 + 4);
  const [left, top] = [info.width - 14 - 3 * 128 - 2 * 4, info.height - 14 - 2 * 128 - 4];
  const ink = (x: number, y: number, width: number, height: number) => {
    let count = 0;
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) if (data[row * info.width + column]! < 128) count++;
    return count;
  };
  for (let i = 0; i < 3; i++) assert.ok(ink(left + i * 132, top - 22, 128, 22) > 5, `a value of x over column ${i}`);
  for (let i = 0; i < 2; i++) assert.ok(ink(30, top + i * 132, left - 30, 128) > 20, `a value of y beside row ${i}`);
  assert.deepEqual(run.document.nodes["sweep-grid"].params, { xName: "Decoder, seed", yName: "Prompt, text" });
  await page.locator('.node[data-id="decode"] .preview-grid img').nth(5).waitFor();

  // In the viewer each has the values that it was made with.
  await open(page, "Decoder");
  assert.deepEqual(await page.locator(".filmstrip section").first().locator("small").allTextContents(), [
    ...[7, 9, 11].map((seed) => `text a red cube, seed ${seed}`),
    ...[7, 9, 11].map((seed) => `text a blue ball, seed ${seed}`),
  ]);
  await page.keyboard.press("Escape");

  // By the command line.
  const folder = mkdtempSync(join(tmpdir(), "clipwork-sweep-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "sweep.json"), JSON.stringify(run.document));
  const main = join(import.meta.dirname, "..", "..", "server", "src", "cli", "start.mjs");
  const env = { ...process.env, CLIPWORK_PACKS: "", CLIPWORK_NODES: "" };
  const args = ["run", join(folder, "sweep.json"), "--out", folder, "--data", join(folder, "data")];
  execFileSync(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  const pixels = async (file: Uint8Array) => (await sharp(file).raw().toBuffer()).toString("base64");
  assert.equal(await pixels(readFileSync(join(folder, "sweep.png"))), await pixels(png));

  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+z");
  await page.waitForFunction((count) => document.querySelectorAll(".node").length === count, before);
  assert.equal(await page.locator("#setting\\:prompt").isVisible(), true);
  assert.deepEqual(faults, []);
});
