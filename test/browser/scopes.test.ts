// What the page offers to somebody whose token may not do everything, with a real server that asks for tokens.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { chromium, type Page } from "playwright-core";
import { createToken } from "../../server/src/access/tokens.ts";
import type { Scope } from "../../server/src/wire/wire.ts";
import { startServer } from "../server/server.fixture.ts";
import { patience } from "./editor.fixture.ts";

/** A server that asks for tokens, and pages of visitors who have one of that scope. */
async function start(context: TestContext) {
  const server = await startServer(context, { args: ["--allow-host", "gpu.example"] });
  const executablePath = process.env.CLIPWORK_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  context.after(() => browser.close());
  const visit = async (scope: Scope) => {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(patience);
    await page.goto(`${server.url}/?token=${createToken(server.data, `a-${scope}`, scope)}`);
    return page;
  };
  return { visit };
}

/** The status that the page's own session gets. */
const asked = (method: string, path: string) =>
  `fetch("/api/v1${path}", { method: "${method}" }).then(({ status }) => status)`;

test("who may only view is told so, and has no Run", async (context) => {
  const { visit } = await start(context);
  const page = await visit("view");
  await page.locator(".run-button:disabled").waitFor();
  await page.getByText("View only", { exact: true }).waitFor();
  assert.equal(
    await page.locator(".run-button").getAttribute("title"),
    "Your token lets you look, and no more. Ask whoever runs the server for one with the scope “run”.",
  );
  await page.locator("[aria-label='Save (Ctrl+S)']:disabled").waitFor();
  const sent: string[] = [];
  page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
  await page.keyboard.press("Control+Enter");
  await page.getByText("Your token lets you look, and no more.").waitFor();
  assert.deepEqual(sent, []);
});

test("who may run runs, is told that nothing is saved, and administers nothing", async (context) => {
  const { visit } = await start(context);
  const page = await visit("run");
  await page.getByText("Not saved", { exact: true }).waitFor();
  const submitted = page.waitForResponse(
    (reply) => reply.request().method() === "POST" && reply.url().endsWith("/runs"),
  );
  await page.locator(".run-button:enabled").click();
  assert.equal((await submitted).status(), 201);
  assert.equal(await page.evaluate(asked("DELETE", "/runs")), 403);
  assert.equal(await page.evaluate(asked("GET", "/audit")), 403);
});

test("people with one document open see one another by name, who may only view too and on a phone, until they leave", async (context) => {
  const { visit } = await start(context);
  const [editor, viewer] = [await visit("edit"), await visit("view")];
  const here = (page: Page) => page.locator(".others");
  for (const page of [editor, viewer]) await page.locator(".node").first().waitFor();
  await editor.getByLabel("Save (Ctrl+S)").click();
  await editor.getByText("Saved", { exact: true }).waitFor();
  assert.equal(await here(editor).textContent(), "");
  await viewer.setViewportSize({ width: 390, height: 844 });
  await viewer.getByLabel("Documents (Ctrl+O)").click();
  await viewer.locator(".document-card").first().getByRole("button").first().click();
  await here(editor).getByText("a-view also has this document open.").waitFor({ state: "attached" });
  await here(viewer).getByText("a-edit also has this document open.").waitFor({ state: "attached" });
  const [avatar] = await viewer.locator(".other").all();
  const box = await avatar!.boundingBox();
  assert.ok(box!.x + box!.width <= 390 && box!.width >= 20, "it is whole on the phone");
  const again = await editor.context().newPage();
  await again.goto(editor.url());
  await again.getByLabel("Documents (Ctrl+O)").click();
  await again.locator(".document-card").first().getByRole("button").first().click();
  await here(viewer).getByText("a-edit also has this document open.").waitFor({ state: "attached" });
  await here(editor).getByText("Another tab and a-view also have this document open.").waitFor({ state: "attached" });
  await again.close();
  await viewer.close();
  await editor.waitForFunction(() => document.querySelector(".others")?.textContent === "");
});
