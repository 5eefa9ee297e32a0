import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { dropWorkflow, type Editor, patience, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const phone = { width: 390, height: 844 };

/** Opens an address as somebody with a browser of their own, on a phone. */
async function openForm(
  path: string,
): Promise<{ page: Page; faults: string[]; loaded: string[]; close(): Promise<void> }> {
  const context = await editor.browser.newContext({ viewport: phone, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  const faults: string[] = [];
  const loaded: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error.stack)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("response", (response) => loaded.push(response.url()));
  page.setDefaultTimeout(20_000);
  await page.goto(new URL(path, editor.url).href);
  return { page, faults, loaded, close: () => context.close() };
}

test("a workflow's form is opened from the editor and used on a phone by two people, each with their own pictures", async () => {
  const { page: author, faults: authorFaults } = await editor.visit();
  await author.locator("#setting\\:seed").fill("11");
  const link = author.getByRole("link", { name: "Open as a form" });
  await author.waitForFunction(
    () => document.querySelector<HTMLAnchorElement>('.elsewhere a[href^="/form/workflows/"]') !== null,
  );
  const path = (await link.getAttribute("href"))!;

  const one = await openForm(path);
  const two = await openForm(path);
  for (const [person, caption] of [
    [one, "a small red cube on sand"],
    [two, "a small blue ball on grass"],
  ] as const) {
    await person.page.locator("#setting\\:prompt").fill(caption);
    await person.page.getByRole("button", { name: "Run", exact: true }).tap();
  }
  for (const { page } of [one, two]) {
    const picture = page.locator(".form-output a img");
    await picture.waitFor({ timeout: patience });
    assert.ok((await picture.boundingBox())!.width >= 350, "as wide as the phone");
    assert.equal(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      true,
      "nothing sticks out",
    );
  }
  const shown = await Promise.all([one, two].map(({ page }) => page.locator(".form-output a img").getAttribute("src")));
  assert.notEqual(shown[0], shown[1]);
  const [download] = await Promise.all([
    one.page.waitForEvent("download"),
    one.page.getByRole("link", { name: "Download" }).first().tap(),
  ]);
  assert.match(download.suggestedFilename(), /\.png$/);

  await one.page.reload();
  await one.page.locator(".form-output a img").waitFor();
  assert.equal(await one.page.locator("#setting\\:prompt").inputValue(), "a small red cube on sand");
  assert.equal(await one.page.locator(".form-own button").count(), 0, "the other one's run is not among one's own");
  const scripts = one.loaded.filter((url) => url.endsWith(".js"));
  const texts = await Promise.all(scripts.map(async (url) => (await one.page.request.get(url)).text()));
  assert.ok(
    texts.every((text) => !text.includes("nodetranslated")),
    "the canvas is not loaded",
  );
  assert.deepEqual([one.faults, two.faults, authorFaults], [[], [], []]);
  await Promise.all([one.close(), two.close()]);
});

test("an address without a workflow, and a value that cannot be run, are answered in plain words", async () => {
  const gone = await openForm("/form/workflows/00000000-0000-4000-8000-000000000000");
  await gone.page.getByText("There is no workflow at this address").waitFor();
  const shipped = await openForm("/form/templates/text-to-image-256");
  await shipped.page.locator("#setting\\:seed").fill("-4");
  await shipped.page.getByRole("alert").filter({ hasText: "A value above cannot be run" }).waitFor();
  await shipped.page.locator('[data-field="seed"] .field-problem', { hasText: "-4" }).waitFor();
  assert.ok(await shipped.page.getByRole("button", { name: "Run", exact: true }).isDisabled());
  await Promise.all([gone.close(), shipped.close()]);
});

test("a mask that a workflow exposes is painted in its form, with a finger, and can be painted on", async () => {
  const { page: author } = await editor.visit();
  const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });
  await dropWorkflow(author, {
    format: "clipwork/1",
    meta: { title: "Masked" },
    nodes: { mask: node("image.load-mask"), save: node("output.any", {}, { value: "mask.mask" }) },
    exposed: { mask: "mask.file" },
  });
  await author.locator('.node[data-id="mask"]').waitFor();
  const link = author.locator('.elsewhere a[href^="/form/workflows/"]');
  await link.waitFor();
  const { page, faults, close } = await openForm((await link.getAttribute("href"))!);
  await page.getByRole("button", { name: "Paint", exact: true }).tap();
  const canvas = page.locator(".painter-paper canvas");
  const { x, y, width, height } = (await canvas.boundingBox())!;
  assert.ok(x >= 0 && x + width <= phone.width && y + height <= phone.height, "all of it is in the window");
  await page.touchscreen.tap(x + width / 2, y + height / 2);
  await page.locator('.painter-tools button[title="Undo (Ctrl+Z)"]:enabled').waitFor();
  await page.getByRole("button", { name: "Use it" }).tap();
  await page.locator(".painter").waitFor({ state: "detached" });
  await page.getByAltText("The chosen file").waitFor();
  await page.getByRole("button", { name: "Paint on" }).tap();
  await page.locator(".painter-paper canvas").waitFor();
  await page.locator(".modal header .icon-button").last().tap();
  await page.locator(".painter").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Run", exact: true }).tap();
  await page.locator(".form-output img").first().waitFor({ timeout: patience });
  assert.deepEqual(faults, []);
  await close();
});
