import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { documentOf, drop, dropWorkflow, type Editor, newWorkflow, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const prompt = "#setting\\:prompt";
const named = (title: string) => ({
  format: "clipwork/1",
  meta: { title },
  nodes: { caption: { type: "text.prompt", version: 1, params: { text: title } } },
});

/** Waits until the bar says that of the document in front. */
async function standing(page: Page, word: string): Promise<void> {
  await page.locator(".saved-mark", { hasText: word }).waitFor();
}

const tabs = (page: Page) => page.locator(".document-tab-name").allTextContents();

async function crash(page: Page, context: BrowserContext): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const crashed = new Promise((resolve) => page.once("crash", resolve));
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

async function opened(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(editor.url);
  await page.locator(".node").first().waitFor();
  await settled(page);
  return page;
}

/** The captions of all documents that the server has. */
async function keptOnServer(page: Page): Promise<readonly unknown[]> {
  const { items } = await (await page.request.get(`${editor.url}/api/v1/workflows`)).json();
  const documents = await Promise.all(
    items.map(async ({ id }: { id: string }) =>
      (await page.request.get(`${editor.url}/api/v1/workflows/${id}`)).json(),
    ),
  );
  return documents.map(({ document }) => document.nodes.caption?.params?.text);
}

test("New, Templates and dropped files leave what was built in its tab, with its steps to undo; only what nobody touched makes room", async () => {
  const { page, faults } = await editor.visit();
  await page.locator(prompt).fill("a small purple cone");
  await newWorkflow(page);
  await page.getByLabel("Templates").click();
  await page.locator(".gallery button", { has: page.getByText("Latent map", { exact: true }) }).click();
  await page.locator('.node[data-id="map"]').waitFor();
  await dropWorkflow(page, named("From a file"));
  await page.locator(".document-tab", { hasText: "From a file" }).waitFor();
  assert.deepEqual(await tabs(page), ["Text to image", "From a file"]);
  await page.locator(".document-tab-name", { hasText: "Text to image" }).click();
  assert.equal(await page.locator(prompt).inputValue(), "a small purple cone");
  await page.getByLabel("Undo (Ctrl+Z)").click();
  assert.notEqual(await page.locator(prompt).inputValue(), "a small purple cone");
  await page.keyboard.press("Alt+PageDown");
  await page.locator('.document-tab[data-front] >> text="From a file"').waitFor();
  assert.deepEqual(faults, []);
});

test("a tab that is closed can be opened again, and its document is among the documents", async () => {
  const { page } = await editor.visit();
  await page.locator(prompt).fill("a ball to find again");
  await page.getByLabel("Close Text to image").click();
  await page.locator(".canvas-empty").waitFor();
  await page.getByRole("button", { name: "Open again" }).click();
  assert.equal(await page.locator(prompt).inputValue(), "a ball to find again");
  assert.ok((await keptOnServer(page)).includes("a ball to find again"));
});

test("tabs outlive the page and the server, both killed in the middle of typing", async () => {
  const { page, context } = await editor.visit();
  await page.locator(prompt).fill("first, before the end");
  await standing(page, "Saved");
  await dropWorkflow(page, named("Second"));
  await page.locator('.node[data-id="caption"]').waitFor();
  await page.locator('.node[data-id="caption"] textarea').fill("second, before the end");
  await documentOf(page, ({ nodes }) => nodes.caption?.params?.text === "second, before the end");
  await editor.kill();
  await page.locator('.node[data-id="caption"] textarea').fill("second, when the server was gone");
  await documentOf(page, ({ nodes }) => nodes.caption?.params?.text === "second, when the server was gone");
  await crash(page, context);
  await editor.restart();
  const again = await opened(context);
  assert.deepEqual(await tabs(again), ["Text to image", "Second"]);
  assert.equal(
    await again.locator('.node[data-id="caption"] textarea').inputValue(),
    "second, when the server was gone",
  );
  await standing(again, "Saved");
  await again.locator(".document-tab-name", { hasText: "Text to image" }).click();
  assert.equal(await again.locator(prompt).inputValue(), "first, before the end");
  await standing(again, "Saved");
  const kept = await keptOnServer(again);
  assert.ok(kept.includes("first, before the end") && kept.includes("second, when the server was gone"), `${kept}`);
});

test("while the server is away the page says where the work is, and hands it over when it is back", async () => {
  const { page } = await editor.visit();
  await page.locator(prompt).fill("before");
  await standing(page, "Saved");
  await editor.kill();
  await page.locator(prompt).fill("while it was away");
  await standing(page, "Only here");
  await editor.restart();
  await standing(page, "Saved");
  assert.ok((await keptOnServer(page)).includes("while it was away"));
});

test("a page that is behind says so at once, shows the newest as a step to undo, or goes on with a copy", async () => {
  const one = (await editor.visit()).page;
  await dropWorkflow(one, named("Shared by two"));
  await one.locator('.node[data-id="caption"] textarea').fill("as it was");
  await standing(one, "Saved");
  const other = (await editor.visit()).page;
  await other.keyboard.press("Control+o");
  await other
    .getByRole("button", { name: /^Shared by two/ })
    .first()
    .click();
  const words = other.locator('.node[data-id="caption"] textarea');
  await words.waitFor();
  await words.fill("by the other");
  await standing(other, "Saved");
  await one.getByRole("alert").waitFor();
  await one.getByRole("button", { name: "Show the newest" }).click();
  const mine = one.locator('.node[data-id="caption"] textarea');
  await one.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('.node[data-id="caption"] textarea')?.value === "by the other",
  );
  await one.getByRole("alert").waitFor({ state: "detached" });
  await mine.fill("back to me");
  await standing(one, "Saved");
  await other.getByRole("alert").waitFor();
  await other.getByRole("button", { name: "Keep mine as a copy" }).click();
  await standing(other, "Saved");
  assert.deepEqual((await tabs(other)).at(-1), "Shared by two (copy)");
  const kept = await keptOnServer(one);
  assert.ok(kept.includes("back to me") && kept.includes("by the other"), `${kept}`);
});

test("a picture that carries a workflow opens beside what stands there", async () => {
  const { page } = await editor.visit();
  await page.locator(prompt).fill("not to be lost");
  await drop(page, "flow.json", "application/json", new TextEncoder().encode(JSON.stringify(named("Dropped"))));
  await page.locator(".document-tab", { hasText: "Dropped" }).waitFor();
  assert.deepEqual(await tabs(page), ["Text to image", "Dropped"]);
});

test("the draft of an earlier version, which localStorage had, is gone on with", async () => {
  const context = await editor.browser.newContext();
  const draft = { document: named("Of earlier"), time: 1_000 };
  await context.addInitScript(
    (text) => sessionStorage.getItem("clipwork.page") ?? localStorage.setItem("clipwork.draft.1-0.5", text),
    JSON.stringify(draft),
  );
  const page = await opened(context);
  assert.equal(await page.locator('.node[data-id="caption"] textarea').inputValue(), "Of earlier");
  await standing(page, "Saved");
  assert.ok((await keptOnServer(page)).includes("Of earlier"));
});
