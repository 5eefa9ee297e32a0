import assert from "node:assert/strict";
import { test } from "node:test";
import { patience, startEditor } from "./editor.fixture.ts";

test("below a path of its host the page loads, runs, hears and shows as at the root", async (context) => {
  const editor = await startEditor({ configuration: { basePath: "/clip/work" } });
  context.after(() => editor.close());
  assert.match(editor.url, /\/clip\/work\/?$/);
  const { page, faults } = await editor.visit();
  const strays: string[] = [];
  page.on("request", (request) => {
    const { pathname, protocol } = new URL(request.url());
    if (protocol === "http:" && !pathname.startsWith("/clip/work/")) strays.push(pathname);
  });
  await page.getByRole("button", { name: /^Run/ }).first().click();
  await page.locator('img[src^="/clip/work/api/v1/artifacts/"]').first().waitFor({ timeout: patience });
  await page.goto(`${editor.url.replace(/\/$/, "")}/form/templates/text-to-image`);
  await page.getByRole("button", { name: /^Run/ }).first().waitFor();
  assert.equal(await page.getByLabel("The editor").getAttribute("href"), "/clip/work/");
  assert.equal(await page.evaluate(() => document.fonts.ready.then(() => document.fonts.check("12px Inter"))), true);
  assert.deepEqual([strays, faults], [[], []]);
});
