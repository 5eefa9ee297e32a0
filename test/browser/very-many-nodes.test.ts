// 20,000 nodes on the canvas.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Editor, patience, settled, startEditor } from "./editor.fixture.ts";
import { card, dropLarge, manyNodes, until } from "./many-nodes.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor.close());

test("the page says about how long they take before it is busy with them, and can then be moved, edited and searched", {
  timeout: 4 * patience,
}, async () => {
  const { page, faults } = await editor.visit({ whole: false });
  page.setDefaultTimeout(patience);
  await dropLarge(
    editor,
    page,
    manyNodes(20_000),
    `window.said = [];
     new MutationObserver(() => {
       const text = document.querySelector(".doing p")?.textContent;
       const there = document.querySelector('.node[data-id="n0"]') !== null;
       if (text && text !== window.said.at(-1)?.[0]) window.said.push([text, there]);
     }).observe(document.body, { subtree: true, childList: true, characterData: true })`,
  );
  await card(page, "n0").waitFor();
  await settled(page);
  await page.locator(".doing").waitFor({ state: "detached" });
  const said = await page.evaluate(() => (window as unknown as { said: [string, boolean][] }).said);
  assert.equal(said[0]![0], "Opening many.json");
  assert.match(said[1]![0], /^Opening 20,000 nodes, about \d+ s$/);
  assert.deepEqual([said[0]![1], said[1]![1]], [false, false], "it was said before the nodes were there");

  await page.locator(".canvas-area").hover();
  for (let i = 0; i < 6; i++) await page.mouse.wheel(900, 0);
  await card(page, "n24").waitFor();
  await card(page, "n24").locator(".node-header").click();
  await page.keyboard.press("Alt+ArrowDown");
  await until(page, () => document.querySelector<HTMLElement>('[data-node="n24"]')!.style.transform.includes("16px"));
  await page.keyboard.press("Control+z");
  await until(page, () => document.querySelector<HTMLElement>('[data-node="n24"]')!.style.transform.endsWith("0px)"));
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Tab");
  await page.getByRole("combobox", { name: "Search nodes" }).fill("upsampler");
  await page
    .getByRole("option", { name: /Upsampler/ })
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(faults, []);
  await page.close();
});

test("opening them is called off: no tab is left of it", { timeout: 2 * patience }, async () => {
  const { page, faults } = await editor.visit({ whole: false });
  page.setDefaultTimeout(patience);
  await dropLarge(
    editor,
    page,
    manyNodes(20_000),
    `window.before = document.querySelectorAll(".document-tab").length;
     const watch = new MutationObserver(() => {
       const bar = document.querySelector(".doing");
       if (!bar?.textContent.includes("20,000")) return;
       watch.disconnect();
       window.cancelled = true;
       bar.querySelector("button").click();
     });
     watch.observe(document.body, { subtree: true, childList: true, characterData: true })`,
  );
  await until(page, () => (window as unknown as { cancelled?: true }).cancelled === true);
  await page.locator(".doing").waitFor({ state: "detached" });
  await settled(page);
  await page.locator('.node[data-id="caption"]').waitFor();
  assert.equal(await card(page, "n0").count(), 0);
  assert.equal(
    await page.locator(".document-tab").count(),
    await page.evaluate(() => (window as unknown as { before: number }).before),
  );
  assert.deepEqual(faults, []);
  await page.close();
});
