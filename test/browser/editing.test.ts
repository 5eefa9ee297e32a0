import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import type { Page } from "playwright-core";
import {
  documentOf,
  drag,
  drop,
  dropWorkflow,
  type Editor,
  ended,
  link,
  newWorkflow,
  patience,
  pressRun,
  settled,
  socketAt,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });
const place = (x: number, y: number) => ({ x, y });

async function choose(page: Page, words: string): Promise<void> {
  await page.getByLabel("Search nodes").fill(words);
  await page.keyboard.press("Enter");
}

test("text to image is built from an empty canvas by mouse, and runs", async () => {
  const { page, faults } = await editor.visit();
  await newWorkflow(page);
  await page.mouse.dblclick(60, 120);
  await choose(page, "prompt");
  await page.locator('.node[data-id="prompt"] textarea').fill("a small blue ball on grass");

  // A link that is dropped on the canvas asks what takes it; the new node is linked.
  const grow = async (from: string, to: { x: number; y: number }, words: string, id: string) => {
    await drag(page, await socketAt(page, from, "output"), to);
    await choose(page, words);
    await page.locator(`.node[data-id="${id}"]`).waitFor();
  };
  await grow("prompt.text", { x: 60, y: 340 }, "clip", "encode-text");
  await grow("encode-text.embedding", { x: 350, y: 120 }, "diffusion prior", "diffusion");
  await grow("diffusion.embedding", { x: 640, y: 100 }, "decoder", "sample");
  await link(page, "encode-text.embedding", "sample.text");
  await grow("sample.image", { x: 640, y: 560 }, "save", "image");

  const { nodes } = await documentOf(page, (document) => Object.keys(document.nodes).length === 5);
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
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="image"] .preview > img').waitFor();
  assert.deepEqual(faults, []);
});

test("text to image is built and run by mouse alone, but for the words of the caption", async () => {
  const { page, faults } = await editor.visit();
  const pick = (title: string) =>
    page
      .locator(".palette [role=option]")
      .filter({ has: page.locator("strong", { hasText: new RegExp(`^${title}$`) }) })
      .click();
  await newWorkflow(page);
  await page.mouse.click(60, 120, { button: "right" });
  await page.getByRole("menuitem", { name: "Add a node here" }).click();
  await pick("Prompt");
  await page.locator('.node[data-id="prompt"] textarea').fill("a small blue ball on grass");
  const grow = async (from: string, to: { x: number; y: number }, title: string, id: string) => {
    await drag(page, await socketAt(page, from, "output"), to);
    await pick(title);
    await page.locator(`.node[data-id="${id}"]`).waitFor();
  };
  await grow("prompt.text", { x: 60, y: 340 }, "CLIP encode text", "encode-text");
  await grow("encode-text.embedding", { x: 350, y: 120 }, "Diffusion prior", "diffusion");
  await grow("diffusion.embedding", { x: 640, y: 100 }, "Decoder", "sample");
  const { x, y } = await socketAt(page, "sample.text", "input");
  await page.mouse.click(x, y, { button: "right" });
  await page.getByRole("menuitem", { name: "Link to …" }).click();
  await page.getByRole("menuitemcheckbox", { name: "CLIP encode text, embedding" }).click();
  await grow("sample.image", { x: 640, y: 560 }, "Save image", "image");
  const { nodes } = await documentOf(page, (document) => Object.keys(document.nodes).length === 5);
  assert.deepEqual(nodes.sample?.inputs, { image: "diffusion.embedding", text: "encode-text.embedding" });
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  await page.locator('.node[data-id="image"] .preview > img').waitFor();
  assert.deepEqual(faults, []);
});

test("a link that does not fit is dimmed and refused with the engine's sentence", async () => {
  const { page } = await editor.visit();
  const from = await socketAt(page, "caption.text", "output");
  const to = await socketAt(page, "decode.image", "input");
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x - 30, to.y, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  const fit = (end: string) =>
    page.locator(`.socket[data-socket="${end}"][data-side="input"]`).getAttribute("data-fit");
  assert.equal(await fit("decode.image"), "no");
  assert.equal(await fit("encode.text"), "yes");
  const sentence = /“Decoder: image” needs image embedding .*, but “Prompt: text” gives text\./;
  assert.match((await page.locator(".link-hint").textContent())!, sentence);
  await page.mouse.up();
  assert.match((await page.locator(".toast").textContent())!, sentence);
  assert.equal(await page.getByLabel("Undo (Ctrl+Z)").isDisabled(), true);
});

test("a link goes onto a parameter, is taken off again, and all of it is undone", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, {
    format: "clipwork/1",
    nodes: { seeds: node("list.seeds", { count: 2 }), decode: node("decoder.sample") },
    layout: { seeds: place(0, 0), decode: place(330, 0) },
  });
  await page.locator('.node[data-id="seeds"]').waitFor();
  await settled(page);
  await link(page, "seeds.seeds", "decode.seed");
  await documentOf(page, ({ nodes }) => nodes.decode!.inputs?.seed === "seeds.seeds");
  const off = await socketAt(page, "decode.seed", "input");
  await drag(page, off, { x: off.x - 60, y: off.y + 120 });
  await documentOf(page, ({ nodes }) => nodes.decode!.inputs?.seed === undefined);
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ nodes }) => nodes.decode!.inputs?.seed === "seeds.seeds");
  await page.keyboard.press("Control+z");
  await documentOf(page, ({ nodes }) => Object.keys(nodes.decode!.inputs ?? {}).length === 0);
});

test("nodes are selected by a box, copied, pasted, muted, removed and brought back", async () => {
  const { page, context } = await editor.visit();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator(".canvas-area").focus();
  await page.keyboard.down("Shift");
  await drag(page, { x: 12, y: 92 }, { x: 170, y: 600 });
  await page.keyboard.up("Shift");
  const selected = await page
    .locator(".node[data-selected]")
    .evaluateAll((all) => all.map((one) => one.getAttribute("data-id")));
  assert.deepEqual(selected.sort(), ["caption", "encode"]);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+v");
  const pasted = await documentOf(page, ({ nodes }) => Object.keys(nodes).length === 9);
  assert.equal(pasted.nodes["encode-text"]?.inputs?.text, "prompt.text");
  const copies =
    (mode?: string) =>
    ({ nodes }: WorkflowJson) =>
      Object.keys(nodes).length === 9 && nodes.prompt?.mode === mode && nodes["encode-text"]?.mode === mode;
  const none = ({ nodes }: WorkflowJson) =>
    Object.keys(nodes).length === 7 && !Object.hasOwn(nodes, "prompt") && !Object.hasOwn(nodes, "encode-text");
  // Each key changes what is waited for: a document that was so before would say nothing of the key.
  const press = async (keys: string, ready: (document: WorkflowJson) => boolean) => {
    await page.keyboard.press(keys);
    return (await documentOf(page, ready)).nodes;
  };
  const muted = await press("Control+m", copies("mute"));
  const removed = await press("Delete", none);
  assert.deepEqual(await press("Control+z", copies("mute")), muted);
  assert.deepEqual(await press("Control+z", copies()), pasted.nodes);
  assert.deepEqual(await press("Control+z", none), removed);
  assert.deepEqual(await press("Control+Shift+Z", copies()), pasted.nodes);
  assert.deepEqual(await press("Control+Shift+Z", copies("mute")), muted);
  assert.deepEqual(await press("Control+Shift+Z", none), removed);
});

test("a problem is shown at its field while it is typed", async () => {
  const { page } = await editor.visit();
  await page.locator('.node[data-id="decode"] .node-header').click();
  const steps = page.locator("#field\\:decode\\:steps");
  await steps.fill("5000");
  const said = page.locator('.field[data-field="steps"] .field-problem');
  assert.match((await said.textContent())!, /5000, but the most allowed is 1000/);
  await steps.fill("12");
  await said.waitFor({ state: "detached" });
  await page.locator('.node[data-id="caption"] .node-header').click();
  await page.locator("#field\\:caption\\:text").fill("a red zebra");
  await page.locator(".caption-unknown", { hasText: "zebra" }).waitFor();
});

test("everything is done from the keyboard: a node is added, linked, set and left", async () => {
  const { page } = await editor.visit();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.type("guidance");
  await page.keyboard.press("Enter");
  await documentOf(page, ({ nodes }) => nodes.cfg !== undefined);
  await page.waitForFunction(() => (document.activeElement as HTMLElement)?.dataset.id === "cfg");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "field:cfg:scale");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("7");
  await documentOf(page, ({ nodes }) => nodes.cfg?.params?.scale === 7);
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  await page.waitForFunction(() => document.activeElement?.classList.contains("canvas-area"));
  await page.locator('.node[data-id="decode"]').focus();
  await page.keyboard.press("Escape");
  await page.locator('.node[data-id="decode"] .node-header').click();
  const picker = page.getByLabel("What feeds guidance of Decoder");
  await picker.focus();
  await page.keyboard.press("ArrowDown");
  await documentOf(page, ({ nodes }) => nodes.decode?.inputs?.guidance === "cfg.guidance");
});

test("a node that fails says so in words, and the problem leads to it", async () => {
  const { page } = await editor.visit();
  await dropWorkflow(page, {
    format: "clipwork/1",
    nodes: {
      caption: node("text.prompt", { text: "a red cube" }),
      encode: node("clip.encode-text", {}, { text: "caption.text" }),
      seeds: node("list.seeds", { count: 2 }),
      steps: node("list.range", { from: 1, to: 3, count: 3 }),
      guide: node("guidance.cfg", {}, { scale: "steps.numbers" }),
      prior: node("prior.diffusion", {}, { text: "encode.embedding", seed: "seeds.seeds", guidance: "guide.guidance" }),
      decode: node("decoder.sample", {}, { image: "prior.embedding", text: "encode.embedding" }),
      save: node("output.image", {}, { image: "decode.image" }),
    },
  });
  await pressRun(page);
  assert.equal(await ended(page), "Failed");
  const failure = page.locator('.node[data-id="prior"] .node-failure');
  assert.match((await failure.textContent())!, /2.*3|3.*2/);
  assert.equal(await page.locator('.node[data-id="decode"]').getAttribute("data-state"), "skipped");
  await page.getByRole("button", { name: "Go to Diffusion prior" }).click();
  await page.waitForFunction(() => (document.activeElement as HTMLElement)?.dataset.id === "prior");
});

test("what was edited survives a page that crashes", async () => {
  const { page, context } = await editor.visit();
  await page.locator("#setting\\:prompt").fill("a huge green cone at night");
  await documentOf(page, ({ nodes }) => nodes.caption?.params?.text === "a huge green cone at night");
  const devtools = await context.newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
  const again = await context.newPage();
  await again.goto(editor.url);
  await again.locator(".node").first().waitFor();
  assert.equal(await again.locator("#setting\\:prompt").inputValue(), "a huge green cone at night");
  const third = await context.newPage();
  await third.goto(editor.url);
  await third.locator(".node").first().waitFor();
  assert.notEqual(await third.locator("#setting\\:prompt").inputValue(), "a huge green cone at night");
});

test("hostile and newer files open as data, and never run or become markup", async () => {
  const { page, faults } = await editor.visit();
  const bomb = `<img src=x onerror="document.title='pwned'">`;
  await dropWorkflow(page, {
    format: "clipwork/1",
    meta: { title: bomb, description: bomb },
    nodes: {
      a: { ...node(bomb), version: 3 },
      b: node("decoder.sample", { steps: bomb, seed: { x: 1 } }),
      constructor: node("text.prompt", { text: bomb }),
    },
    exposed: { __proto__x: "a.b", [bomb]: "constructor.text" },
    layout: { a: { x: bomb, y: null }, b: 7 },
    surprise: bomb,
  });
  await page.locator(".problems li").first().waitFor();
  assert.ok((await page.locator(".problems li").count()) >= 4);
  assert.equal(await page.locator("img[src=x]").count(), 0);
  assert.doesNotMatch(await page.title(), /^pwned/);
  await page.getByRole("tab", { name: "Outline" }).click();
  await page.locator(".outline [role=treeitem]").first().click();
  assert.equal(await page.locator("img[src=x]").count(), 0);
  const { items } = await (await page.request.get(`${editor.url}/api/v1/runs`)).json();
  const runs = items.length;

  await dropWorkflow(page, { format: "clipwork/9", nodes: {} });
  await page.locator(".toast", { hasText: "newer" }).waitFor();
  await drop(page, "x.json", "application/json", new TextEncoder().encode("{ nope"));
  await page.locator(".toast", { hasText: "not JSON" }).waitFor();
  const after = await (await page.request.get(`${editor.url}/api/v1/runs`)).json();
  assert.equal(after.items.length, runs);
  assert.deepEqual(faults, []);
});

test("panning 500 nodes writes nothing to the cards and links that stay in sight", { timeout: patience }, async () => {
  const { page } = await editor.visit();
  const nodes: { [id: string]: object } = {};
  const layout: { [id: string]: object } = {};
  for (let i = 0; i < 500; i++) {
    nodes[`n${i}`] = node("util.reroute", {}, i > 0 ? { value: `n${i - 1}.value` } : {});
    layout[`n${i}`] = place((i % 25) * 300, Math.floor(i / 25) * 200);
  }
  await dropWorkflow(page, { format: "clipwork/1", nodes, layout });
  await page.locator('.node[data-id="n0"]').waitFor();
  await settled(page);
  await page.evaluate(async () => {
    const writes: Element[] = [];
    Object.assign(window, { writes });
    new MutationObserver((list) => {
      for (const { target } of list)
        if ((target as Element).closest?.(".node-frame, .link-frame")) writes.push(target as Element);
    }).observe(document.querySelector(".canvas-area")!, { subtree: true, attributes: true, childList: true });
    // Links are drawn anew in the frames after their nodes have their last size.
    for (let quiet = 0; quiet < 10; quiet++) {
      await new Promise(requestAnimationFrame);
      if (writes.length > 0) quiet = -1;
      writes.length = 0;
    }
    Object.assign(window, { there: new Set(document.querySelectorAll(".node-frame, .link-frame")) });
  });
  const at = () => page.locator('.node[data-id="n28"]').boundingBox();
  const before = await at();
  await page.mouse.move(600, 400);
  await page.mouse.down({ button: "middle" });
  await page.mouse.move(400, 300, { steps: 20 });
  await page.mouse.up({ button: "middle" });
  assert.notDeepEqual(await at(), before);
  const [stayed, written] = await page.evaluate(() => {
    const { writes, there } = window as unknown as { writes: Element[]; there: Set<Element> };
    const frames = writes.flatMap((one) => one.closest(".node-frame, .link-frame") ?? []);
    const stays = (frame: Element) => frame.isConnected && there.has(frame);
    return [[...there].filter(stays).length, frames.filter(stays).map((frame) => frame.outerHTML)];
  });
  assert.ok(stayed! > 20, `${stayed}`);
  assert.deepEqual(written, []);
});
