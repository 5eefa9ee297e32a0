import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { ended, pressRun, settled, startEditor } from "./editor.fixture.ts";

const editor = await startEditor();
after(() => editor.close());

/** The page with the shipped workflow that measures embeddings, run to its end. */
async function measured(dark: boolean) {
  const visit = await editor.visit({ dark, wide: true });
  const { page } = visit;
  await page.getByLabel("Templates").click();
  await page.locator(".gallery button", { has: page.getByText("Measured embeddings", { exact: true }) }).click();
  await page.locator('.node[data-id="measure"]').waitFor();
  await settled(page);
  await pressRun(page);
  await ended(page);
  return visit;
}

test("titles of nodes stay whole beside what a run says of them", async () => {
  const { page } = await measured(false);
  const states = await page.locator(".node-status").allTextContents();
  assert.ok(states.filter((state) => state !== "").length > 5, states.join());
  const cut = await page
    .locator(".node-title")
    .evaluateAll((titles) =>
      titles.filter((title) => title.scrollHeight > title.clientHeight || title.scrollWidth > title.clientWidth),
    );
  assert.equal(cut.length, 0);
});

/** The texts of a column of the open table, from above. */
function column(page: Page, index: number): Promise<string[]> {
  return page.locator(`.table-whole tbody td:nth-child(${index})`).allTextContents();
}

const colourOf = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => getComputedStyle(element).borderColor);

test("a table is shown on its node, sorted by a click on a head, and copied as CSV", async () => {
  const { page, context, faults } = await measured(false);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.locator('.node[data-id="measure"] .table-head td').first().waitFor();
  await page.locator('.node[data-id="measure"]').hover();
  await page.getByLabel("Look at Measure embeddings closely").click();
  const norm = page.locator(".table-whole").getByRole("columnheader", { name: "norm" });
  await norm.waitFor();
  assert.deepEqual(await column(page, 1), ["0", "1", "2", "3", "4", "5", "6", "7"]);
  await norm.getByRole("button").click();
  assert.equal(await norm.getAttribute("aria-sort"), "ascending");
  const up = (await column(page, 2)).map(Number);
  assert.deepEqual(
    up,
    up.toSorted((a, b) => a - b),
  );
  await norm.getByRole("button").press("Enter");
  assert.equal(await norm.getAttribute("aria-sort"), "descending");
  assert.deepEqual((await column(page, 2)).map(Number), up.toReversed());
  await norm.getByRole("button").click();
  assert.deepEqual(await column(page, 1), ["0", "1", "2", "3", "4", "5", "6", "7"]);
  await page.getByRole("button", { name: "Copy as CSV" }).click();
  await page.getByText("The table as CSV is on the clipboard.").waitFor();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(csv, /^item,norm,mean,deviation,cosine to first,cosine to caption\r\n0,1\d\.\d{10,},/);
  assert.deepEqual(faults, []);
});

test("a plot is drawn in the theme's colours on its node and large, where the mouse reads it; its files can be had", async () => {
  const colours = new Set<string>();
  for (const dark of [false, true]) {
    const { page, faults } = await measured(dark);
    const bars = page.locator('.node[data-id="plot"] .chart svg path[fill^="#"]');
    await bars.first().waitFor();
    colours.add((await bars.first().getAttribute("fill"))!);
    colours.add(await colourOf(page, '.node[data-id="plot"] .socket[data-kind="plot"]'));
    await page.locator('.node[data-id="save-plot"]').hover();
    await page.getByLabel("Look at Save plot closely").click();
    const chart = page.locator(".look .chart > div");
    assert.equal(await chart.getAttribute("aria-label"), "Eight seeds of one caption");
    await chart.locator("svg").getByText("cosine to caption").waitFor();
    const { width, height } = (await chart.boundingBox())!;
    await chart.hover({ position: { x: width * 0.1, y: height * 0.8 } });
    await chart
      .locator("svg")
      .getByText(/^0\.\d{4,6}$|^1$/)
      .first()
      .waitFor();
    const links = page.locator(".look-foot a[download]");
    assert.deepEqual(await links.allTextContents(), ["SVG", "PNG", "CSV", "Record"]);
    const [download] = await Promise.all([page.waitForEvent("download"), links.nth(2).click()]);
    assert.equal(download.suggestedFilename(), "cosines.csv");
    // An SVG opened by itself is drawn, with its style, and may run nothing.
    const svg = await page.context().newPage();
    const answer = await svg.goto(new URL((await links.nth(0).getAttribute("href"))!, editor.url).href);
    assert.equal(answer!.headers()["content-type"], "image/svg+xml");
    assert.equal(await svg.locator("text").filter({ hasText: "Eight seeds" }).count(), 1);
    assert.equal(await svg.evaluate(() => self.origin), "null", "it belongs to no site");
    await svg.close();
    assert.deepEqual(faults, []);
  }
  assert.equal(colours.size, 4, [...colours].join(" "));
});
