import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { documentOf, dropWorkflow, type Editor, patience, startEditor } from "./editor.fixture.ts";
import { small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor.close());

const card = (page: Page, id: string) => page.locator(`.node[data-id="${id}"]`);
const done = ':is([data-state="finished"], [data-state="cached"])';
const listed = async (): Promise<number> => (await (await fetch(`${editor.url}/api/v1/runs`)).json()).items.length;

/** Types into the caption, and waits until its card has run with that text, by itself. Returns the nodes that were to run. */
async function write(page: Page, text: string): Promise<string[]> {
  const before = await listed();
  const ran = page.waitForResponse(
    (response) => {
      if (response.request().method() !== "POST" || !response.url().endsWith("/api/v1/runs")) return false;
      const { document, passing } = JSON.parse(response.request().postData() ?? "{}");
      return document.nodes.caption.params.text === text && /^auto /.test(passing);
    },
    { timeout: patience },
  );
  await card(page, "caption").locator("textarea").fill(text);
  const reply = await ran;
  assert.equal(reply.status(), 201);
  await page.locator(`.node[data-id="caption"]${done}`).waitFor({ timeout: patience });
  assert.equal(await listed(), before, "it is in no list");
  return JSON.parse(reply.request().postData()!).targets;
}

test("auto: cheap nodes run while one edits, dear ones wait for Run; the budget, the document and undo are kept to", async () => {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, small("Cheap"));
  await card(page, "decode").waitFor();
  const auto = page.getByRole("button", { name: "Auto", exact: true });
  assert.equal(await auto.getAttribute("aria-pressed"), "false");
  await auto.click();
  // The models are not loaded: of five nodes only the caption's is cheap.
  await page.locator(`.node[data-id="caption"]${done}`).waitFor({ timeout: patience });
  await page.getByText("3 nodes wait for Run.").waitFor({ timeout: patience });
  assert.equal(await card(page, "decode").getAttribute("data-state"), null);
  assert.equal(await listed(), 0);
  await page.getByRole("combobox", { name: "Together up to" }).selectOption("2000");
  assert.deepEqual(await write(page, "a green cone"), ["caption"], "however much time they may take");

  // Once the models are loaded it is known how long they take: as much as fits the budget runs, in the order of values.
  const run = page.getByRole("button", { name: "Run", exact: true });
  await run.click();
  await page.locator(`.node[data-id="decode"]${done}`).waitFor({ timeout: patience });
  assert.equal(await listed(), 1);
  const targets = await write(page, "a blue ball");
  assert.deepEqual(targets, ["caption", "encode", "prior", "decode"].slice(0, targets.length));
  const left = 4 - targets.length;
  const words = left === 0 ? /when you pause$/ : new RegExp(`; ${left} nodes? waits? for Run$`);
  await page.getByTitle(words).waitFor({ timeout: patience });
  await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
  await documentOf(page, (document) => document.nodes.caption?.params?.text === "a green cone");

  await page.reload();
  await card(page, "decode").waitFor();
  await page.locator('.live-switch[aria-pressed="true"]', { hasText: "Auto" }).waitFor({ timeout: patience });
  assert.deepEqual(faults, []);
});
