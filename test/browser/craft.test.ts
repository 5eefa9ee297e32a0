import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { overlap } from "../../ui/src/canvas/geometry.ts";
import {
  documentOf,
  drag,
  dropWorkflow,
  type Editor,
  ended,
  newWorkflow,
  patience,
  pressRun,
  runToEnd,
  settled,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const prompt = "#setting\\:prompt";
const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** Pairs of cards of which one lies on the other. */
async function overlapping(page: Page): Promise<string[]> {
  const cards = await page.locator(".node").evaluateAll((all) =>
    all.map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return { id: (one as HTMLElement).dataset.id!, box: { left, top, right, bottom } };
    }),
  );
  return cards.flatMap((a, i) =>
    cards.slice(i + 1).flatMap((b) => (overlap(a.box, b.box) ? [`${a.id} on ${b.id}`] : [])),
  );
}

test("words are suggested where the caret stands, each once, only while one types; taking one changes nothing else", async () => {
  const { page } = await editor.visit();
  const chips = page.locator(".chip");
  await page.locator(prompt).fill("");
  await page.locator(prompt).pressSequentially("a large gre");
  await chips.filter({ hasText: "green" }).first().waitFor();
  const offered = await chips.allTextContents();
  assert.equal(new Set(offered).size, offered.length, `${offered}`);
  await page.locator(prompt).fill("a large gre cone on sand at night");
  for (let i = 0; i < " cone on sand at night".length; i++) await page.keyboard.press("ArrowLeft");
  await chips.filter({ hasText: /^green$/ }).click();
  assert.equal(await page.locator(prompt).inputValue(), "a large green cone on sand at night");
  await page.keyboard.type("and shiny ");
  assert.equal(await page.locator(prompt).inputValue(), "a large green and shiny cone on sand at night");
  await page.locator(".canvas-area").focus();
  await chips.first().waitFor({ state: "detached" });
});

test("a double click adds a node and does not zoom", async () => {
  const { page } = await editor.visit();
  await newWorkflow(page);
  const scale = () => page.locator(".zoom-bar button").nth(1).textContent();
  const before = await scale();
  await page.mouse.dblclick(120, 200);
  await page.getByLabel("Search nodes").waitFor();
  assert.equal(await scale(), before);
});

test("a bypassed node that has nothing to pass on says so at once, and Run names it", async () => {
  const { page } = await editor.visit();
  await page.locator('.node[data-id="decode"] .node-header').click();
  await page.keyboard.press("Control+b");
  await page.getByText(/^Bypassed, it has no linked input of the kind/).waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const said = page.locator(".toast", { hasText: /^“?"?Decoder.? is bypassed and has no input to pass on/ });
  await said.waitFor();
  await page.keyboard.press("Control+b");
  await page.getByText(/^Bypassed, it has no linked/).waitFor({ state: "detached" });
});

test("nodes that are added by keyboard stand side by side, and arrow keys go among them", async () => {
  const { page } = await editor.visit();
  await newWorkflow(page);
  for (const [i, words] of ["prompt", "clip encode text", "diffusion prior", "decoder", "save image"].entries()) {
    await page.keyboard.press("Tab");
    await page.getByLabel("Search nodes").fill(words);
    await page.keyboard.press("Enter");
    await page.waitForFunction((count) => document.querySelectorAll(".node").length === count, i + 1);
    await page.waitForFunction(() => document.activeElement?.classList.contains("node"));
  }
  assert.deepEqual(await overlapping(page), []);
  const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.id!);
  const seen = [await focused()];
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press("ArrowLeft");
    seen.push(await focused());
  }
  assert.equal(new Set(seen).size, 5, `${seen}`);
});

/** Draws nothing anew on the page until the returned function is called, as on a machine that is busy. */
async function stopFrames(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const draw = window.requestAnimationFrame;
    const held: FrameRequestCallback[] = [];
    window.requestAnimationFrame = (callback) => held.push(callback);
    addEventListener("frames", () => {
      window.requestAnimationFrame = draw;
      for (const callback of held) draw(callback);
    });
  });
  return async () => {
    await page.evaluate(() => dispatchEvent(new Event("frames")));
    await settled(page);
  };
}

test("a search that is opened while the node of the one before is still being drawn stays open", async () => {
  const { page } = await editor.visit();
  await newWorkflow(page);
  await page.keyboard.press("Tab");
  await page.getByLabel("Search nodes").fill("prompt");
  const draw = await stopFrames(page);
  await page.keyboard.press("Enter");
  await page.locator(".palette").waitFor({ state: "detached" });
  await page.mouse.dblclick(120, 400);
  await page.getByLabel("Search nodes").fill("clip");
  await draw();
  await page.locator('.node[data-id="prompt"]').waitFor();
  assert.equal(await page.getByLabel("Search nodes").inputValue(), "clip");
});

test("the canvas does not move to a node that was added while a hand is on it", async () => {
  const { page } = await editor.visit();
  await newWorkflow(page);
  const place = () => page.locator(".canvas-dots").evaluate((dots) => dots.getBoundingClientRect().x);
  const add = async (words: string) => {
    const edge = (await page.locator(".canvas-area").boundingBox())!;
    await page.mouse.dblclick(edge.x + edge.width - 30, 200);
    await page.getByLabel("Search nodes").fill(words);
  };
  await add("prompt");
  const draw = await stopFrames(page);
  await page.keyboard.press("Enter");
  const before = await place();
  await page.mouse.move(120, 400);
  await page.mouse.down();
  await draw();
  await page.locator('.node[data-id="prompt"]').waitFor();
  assert.equal(await place(), before);
  await page.mouse.up();
  await add("seeds");
  await page.keyboard.press("Enter");
  await page.locator('.node[data-id="seeds"]').waitFor();
  await settled(page);
  assert.notEqual(await place(), before, "without a hand it does");
});

test("what is pasted, duplicated or put into a link lies on nothing", async () => {
  const { page, context } = await editor.visit();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator('.node[data-id="encode"] .node-header').click();
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  await page.waitForFunction(() => document.querySelectorAll(".node").length === 8);
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+d");
  await page.waitForFunction(() => document.querySelectorAll(".node").length === 16);
  assert.deepEqual(await overlapping(page), []);
});

test("two results are compared at once behind a line that is dragged on the picture, with what differs in words", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, {
    format: "clipwork/1",
    meta: { title: "Pair" },
    nodes: {
      caption: node("text.prompt", { text: "a red cube" }),
      encode: node("clip.encode-text", {}, { text: "caption.text" }),
      prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
      decode: node("decoder.sample", { steps: 2 }, { image: "prior.embedding", text: "encode.embedding" }),
      save: node("output.image", {}, { image: "decode.image" }),
    },
    exposed: { prompt: "caption.text" },
  });
  await settled(page);
  for (const caption of ["a red cube", "a blue ball"]) {
    await page.locator(prompt).fill(caption);
    assert.equal(await runToEnd(page), "Finished");
  }
  await page.getByRole("tab", { name: "Runs" }).click();
  // Runs are called by their captions.
  const compare = page.getByLabel(/^Compare a (red cube|blue ball)$/);
  await compare.nth(1).click();
  await compare.nth(0).click();
  const upper = page.locator(".compare-upper");
  await upper.waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".compare-upper")!.naturalWidth > 0);
  /** The right end of what is seen of the upper picture, and of the line, as shares of the picture. */
  const shares = () =>
    page.evaluate(() => {
      const box = document.querySelector(".compare")!.getBoundingClientRect();
      const line = document.querySelector(".compare-line")!.getBoundingClientRect();
      const clip = getComputedStyle(document.querySelector(".compare-upper")!).clipPath;
      const hidden = Number(/inset\(0(?:px|%)? (?:calc\(100% - )?([\d.]+)%/.exec(clip)![1]);
      return {
        seen: clip.includes("calc") ? hidden : 100 - hidden,
        line: ((line.left + line.width / 2 - box.left) / box.width) * 100,
        width: box.width,
        height: box.height,
      };
    });
  const first = await shares();
  assert.ok(Math.abs(first.seen - 50) < 0.5 && Math.abs(first.line - 50) < 0.5, JSON.stringify(first));
  assert.ok(Math.abs(first.width - first.height) < 1, "the box is as large as the square picture");
  const line = (await page.locator(".compare-line").boundingBox())!;
  const from = { x: line.x + line.width / 2, y: line.y + line.height / 2 };
  await drag(page, from, { x: from.x - first.width * 0.4, y: from.y });
  const moved = await shares();
  assert.ok(Math.abs(moved.seen - 10) < 1 && Math.abs(moved.line - 10) < 1, JSON.stringify(moved));
  await page.locator(".differences li").first().waitFor();
  assert.deepEqual(await page.locator(".differences li").allTextContents(), ["Prompt, texta red cube → a blue ball"]);
  assert.deepEqual(faults, []);
});

test("Cancel says at once that it is heard, and afterwards no node looks as if it still ran", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, {
    format: "clipwork/1",
    meta: { title: "Long" },
    nodes: {
      caption: node("text.prompt", { text: "a red cube" }),
      encode: node("clip.encode-text", {}, { text: "caption.text" }),
      prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
      decode: { ...node("decoder.sample", { steps: 999 }, { image: "prior.embedding" }), version: 2 },
      save: node("output.image", {}, { image: "decode.image" }),
    },
    exposed: { seed: "prior.seed" },
  });
  await settled(page);
  await page.locator("#setting\\:seed").fill("992");
  await pressRun(page);
  await page.locator('.node[data-id="decode"][data-state="running"]').waitFor({ timeout: patience });
  await page.getByRole("button", { name: "Cancel" }).click();
  await page
    .getByRole("button", { name: "Stopping …" })
    .or(page.locator(".run-state", { hasText: "Cancelled" }))
    .waitFor();
  assert.equal(await ended(page), "Cancelled");
  assert.equal(await page.locator('.node[data-state="running"]').count(), 0);
  await page.locator('.node[data-id="decode"] .node-status', { hasText: "stopped" }).waitFor();
  await documentOf(page, ({ nodes }) => nodes.prior?.params?.seed === 992);
});
