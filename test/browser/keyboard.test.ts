import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { documentOf, type Editor, ended, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

/** The node whose card has the focus, once it is that one. */
async function onCard(page: Page, id: string): Promise<void> {
  await page.waitForFunction((wanted) => (document.activeElement as HTMLElement)?.dataset.id === wanted, id);
}

/** Types words in the search that is open and takes what comes first; its card has the focus then. */
async function choose(page: Page, words: string, id: string): Promise<void> {
  await page.getByLabel("Search nodes").waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await onCard(page, id);
}

/** Takes the entry of the open menu that begins with the words. */
async function take(page: Page, words: string): Promise<void> {
  await page.getByRole("menu").waitFor();
  await page.keyboard.type(words);
  await page.waitForFunction(
    (wanted) => (document.activeElement as HTMLElement)?.dataset.label?.startsWith(wanted),
    words,
  );
  await page.keyboard.press("Enter");
}

/** From the card with the focus, adds a node that takes one of its outputs. */
async function grow(page: Page, output: string, words: string, id: string): Promise<void> {
  await page.keyboard.press("l");
  await take(page, `Output ${output}`);
  await take(page, "A new node");
  await choose(page, words, id);
}

test("text to image is built, changed and run by keyboard alone", async () => {
  const { page, faults } = await editor.visit();
  await page.keyboard.press("Alt+n");
  await page.locator(".canvas-empty").waitFor();
  await page.waitForFunction(() => document.activeElement?.matches(".canvas-area"));
  await page.keyboard.press("Tab");
  await choose(page, "prompt", "prompt");
  await grow(page, "text", "clip", "encode-text");
  await grow(page, "embedding", "diffusion prior", "diffusion");
  await grow(page, "embedding", "decoder", "sample");
  // The caption goes to the decoder too: from its input's side.
  await page.keyboard.press("l");
  await take(page, "Input text");
  await take(page, "CLIP encode text, embedding");
  await documentOf(page, ({ nodes }) => nodes.sample?.inputs?.text === "encode-text.embedding");
  await onCard(page, "sample");
  await grow(page, "image", "save", "image");

  // Back to the caption by direction, and into its field.
  for (let i = 0; i < 8; i++) {
    if (await page.evaluate(() => (document.activeElement as HTMLElement).dataset.id === "prompt")) break;
    await page.keyboard.press("ArrowLeft");
  }
  await onCard(page, "prompt");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.matches("textarea"));
  await page.keyboard.type("a small blue ball on grass");
  const { nodes } = await documentOf(page, ({ nodes }) => nodes.prompt?.params?.text === "a small blue ball on grass");
  assert.deepEqual(
    Object.fromEntries(Object.entries(nodes).map(([id, { type, inputs = {} }]) => [id, { type, inputs }])),
    {
      prompt: { type: "text.prompt", inputs: {} },
      "encode-text": { type: "clip.encode-text", inputs: { text: "prompt.text" } },
      diffusion: { type: "prior.diffusion", inputs: { text: "encode-text.embedding" } },
      sample: { type: "decoder.sample", inputs: { image: "diffusion.embedding", text: "encode-text.embedding" } },
      image: { type: "output.image", inputs: { image: "sample.image" } },
    },
  );
  await page.keyboard.press("Control+Enter");
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="image"] .preview > img').waitFor();
  // From the panel F6 leads by the bar back to the canvas, where arrows go on from the card that is selected.
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  await page.waitForFunction(() => document.activeElement?.matches(".canvas-area"));
  await page.keyboard.press("ArrowRight");
  await onCard(page, "encode-text");
  assert.deepEqual(faults, []);
});

test("the outline is a tree: arrows go up and down and into a node, letters find one, Enter goes to it on the canvas", async () => {
  const { page } = await editor.visit();
  await page.keyboard.press("3");
  const rows = page.getByRole("treeitem");
  await rows.first().focus();
  const row = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.row);
  assert.equal(await row(), "caption");
  await page.keyboard.press("ArrowDown");
  assert.equal(await row(), "encode");
  await page.keyboard.press("ArrowRight");
  await page.locator('[data-row="encode.text"]').waitFor();
  await page.keyboard.press("ArrowRight");
  assert.equal(await row(), "encode.text");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.locator('[data-row="encode.text"]').waitFor({ state: "detached" });
  await page.keyboard.press("s");
  assert.equal(await row(), "save");
  await page.keyboard.press("Shift+F10");
  assert.equal(await page.getByRole("menu").getAttribute("aria-label"), "Save image");
  await page.keyboard.press("Escape");
  assert.equal(await row(), "save");
  await page.keyboard.press("Enter");
  await onCard(page, "save");
  assert.equal(await page.locator('.node[data-id="save"][data-selected]').count(), 1);
});

test("a message is narrow, three are the most, and one about a link goes with the next change; D says what it did and takes it back", async () => {
  const { page } = await editor.visit();
  await page.locator(".canvas-area").focus();
  const dark = () => page.evaluate(() => document.documentElement.dataset.theme);
  assert.equal(await dark(), "light");
  await page.keyboard.press("d");
  const said = page.locator(".toast", { hasText: "The page is dark now." });
  await said.waitFor();
  assert.equal(await dark(), "dark");
  await said.getByRole("button", { name: "Undo" }).click();
  await said.waitFor({ state: "detached" });
  assert.equal(await dark(), "light");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Alt+n");
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("Control+s");
    await page.locator(".toast").first().waitFor();
  }
  const widths = await page.locator(".toast").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  assert.ok(widths.length <= 3 && widths.every((width) => width <= 360), `${widths}`);
});

test("a socket says its type in words", async () => {
  const { page } = await editor.visit();
  const port = page.locator('.node[data-id="decode"] .port[data-port="image"][data-side="input"]');
  assert.match((await port.getAttribute("title"))!, /^image: image embedding \(space [^)]+\)/);
  const socket = page.locator('.socket[data-socket="decode.seed"]');
  assert.equal(await socket.getAttribute("title"), "seed: integer, optional");
});

test("Load image shows what was chosen before anything is run", async () => {
  const { page } = await editor.visit();
  const transfer = await page.evaluateHandle(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 32;
    canvas.height = 32;
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = "#3070c0";
    pen.fillRect(0, 0, 32, 32);
    const blob = await new Promise<Blob>((resolve) => canvas.toBlob((made) => resolve(made!), "image/png"));
    const data = new DataTransfer();
    data.items.add(new File([blob], "blue.png", { type: "image/png" }));
    return data;
  });
  await page.dispatchEvent(".canvas-area", "drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  const picture = page.locator('.node[data-id="load"] .preview img');
  await picture.waitFor();
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('.node[data-id="load"] .preview img')!.naturalWidth === 32,
  );
});

test("the search knows what other programs call things", async () => {
  const { page } = await editor.visit();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Tab");
  const field = page.getByLabel("Search nodes");
  const first = page.locator(".palette [role=option] strong").first();
  for (const [words, title] of [
    ["ksampler", /^Decoder/],
    ["upscale", /^Upsampler/],
    ["vae", /latent/i],
    ["txt2img", /^Decoder/],
    ["cfg", /guidance/i],
    ["batch", /^Seeds/],
    ["blend", /^Between/],
    ["photo", /image$/],
  ] as const) {
    await field.fill(words);
    assert.match((await first.textContent())!, title, words);
  }
});
