import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { findings } from "./axe.fixture.ts";
import {
  dropWorkflow,
  type Editor,
  ended,
  newWorkflow,
  patience,
  pressRun,
  settled,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** From caption to a small picture in few steps, with a node that has a problem. */
const quick = {
  format: "clipwork/1",
  meta: { title: "Quick" },
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
    decode: { ...node("decoder.sample", { steps: 2 }, { image: "prior.embedding" }), version: 2 },
    save: node("output.image", {}, { image: "decode.image" }),
    bare: node("clip.encode-text"),
    mask: node("image.load-mask"),
  },
  exposed: { prompt: "caption.text" },
};

/** All of it is in the window: what is beside it cannot be clicked. */
async function openQuick(page: Page): Promise<void> {
  await dropWorkflow(page, quick);
  await page.locator('.node[data-id="save"]').waitFor();
  await settled(page);
  await page.getByTitle("Show everything (.)").click();
}

for (const dark of [false, true]) {
  test(`axe finds nothing on any screen, ${dark ? "dark" : "light"}`, { timeout: patience }, async () => {
    const { page } = await editor.visit({ dark });
    const found: string[] = [];
    const look = async (screen: string) => {
      for (const one of await findings(page)) found.push(`${screen}: ${one}`);
    };
    await look("the first template");
    await newWorkflow(page);
    await look("an empty canvas");
    await page.keyboard.press("Tab");
    await page.getByLabel("Search nodes").waitFor();
    await look("the search");
    await page.keyboard.press("Escape");

    await openQuick(page);
    await look("a problem");
    await pressRun(page);
    assert.equal(await ended(page), "Finished");
    await look("a run");
    await page.locator('.node[data-id="decode"] .node-header').click();
    await look("a node");
    await page.locator('.node[data-id="decode"] .node-header').click({ button: "right" });
    await look("a menu");
    await page.keyboard.press("Escape");
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Control+a");
    await look("several nodes");
    for (const panel of ["Runs", "Outline"]) {
      await page.getByRole("tab", { name: panel }).click();
      await look(panel);
    }
    await page.locator(".outline [role=treeitem][aria-expanded]").first().press("ArrowRight");
    await look("an open row of the outline");
    await page.locator('.node[data-id="decode"] .preview').hover();
    await page.locator('.node[data-id="decode"] .preview-look').click();
    await page.getByRole("dialog").waitFor();
    await look("a close look");
    await page.keyboard.press("Escape");
    for (const [key, title] of [
      ["Control+o", "Documents"],
      ["t", "Templates"],
      ["m", "Models"],
      ["?", "Shortcuts"],
    ] as const) {
      await page.locator(".canvas-area").focus();
      await page.keyboard.press(key);
      await page.getByRole("dialog", { name: title }).waitFor();
      await look(title);
      if (title === "Documents") {
        await page.getByLabel("Versions of Quick").first().click();
        await page.locator(".history-list li").first().waitFor();
        await look("the versions of a document");
      }
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.getByRole("tab", { name: "Outline" }).click();
    await page.locator('[data-row="mask"]').click();
    await page.getByRole("tab", { name: "Details" }).click();
    await page.getByRole("button", { name: "Paint", exact: true }).click();
    await page.getByRole("dialog").waitFor();
    await look("the painter");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 844 });
    await look("a phone");
    assert.deepEqual(found, []);
  });

  test(`axe finds nothing where pictures are looked at and shared, ${dark ? "dark" : "light"}`, {
    timeout: 2 * patience,
  }, async () => {
    const { page } = await editor.visit({ dark });
    const found: string[] = [];
    const look = async (screen: string) => {
      for (const one of await findings(page)) found.push(`${screen}: ${one}`);
    };
    await openQuick(page);
    await pressRun(page);
    assert.equal(await ended(page), "Finished");
    await page.locator('.node[data-id="save"] .preview > img').waitFor();
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("v");
    await page.locator(".zoomable img").waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.locator(".filmstrip button").first().click();
    await page.locator(".compare-upper").waitFor();
    await look("two pictures compared");
    for (const way of ["Side by side", "Difference", "Blink"]) {
      await page.getByRole("button", { name: way }).click();
      await look(way);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Dock" }).click();
    await page.locator("aside.viewer").waitFor();
    await look("the docked viewer");
    await page.locator(".viewer .zoomable").first().focus();
    await page.keyboard.press("Escape");
    await page.locator("aside.viewer").waitFor({ state: "detached" });

    await page.locator('.node[data-id="decode"] .node-header').click();
    await page.getByLabel("Sweep seed").click();
    await page.locator("dialog[open]").waitFor();
    await look("a sweep");
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Arrange what is exposed" }).click();
    await look("what is exposed");

    await page.locator('.node[data-id="decode"] .node-header').click();
    await page.keyboard.press("Control+g");
    await page.locator(".group-frame").waitFor();
    await look("a group");
    await page.locator(".canvas-area").focus();
    await page.keyboard.press("Alt+g");
    await page.locator('.node[data-id="subgraph"]').waitFor();
    await look("a subgraph");
    await page.keyboard.press("Alt+o");
    await page.getByRole("navigation", { name: "Open subgraph" }).waitFor();
    await settled(page);
    await look("inside a subgraph");

    await page.goto(new URL("/form/templates/text-to-image-256", editor.url).href);
    await page.locator("#setting\\:prompt").waitFor();
    await look("a form");
    assert.deepEqual(found, []);
  });
}
