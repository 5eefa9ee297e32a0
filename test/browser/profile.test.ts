import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ChromeTrace } from "@clipwork/engine";
import type { Page } from "playwright-core";
import { dropWorkflow, type Editor, patience, startEditor } from "./editor.fixture.ts";
import { small } from "./small.fixture.ts";

/** Where pictures of the page go, if somebody wants to see them. */
const pictures = process.env.CLIPWORK_PICTURES;

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor.close());

const dialog = (page: Page) => page.getByRole("dialog", { name: /^Where the time went/ });

/** A visitor who has run a small workflow to its end, and sees it in the list of runs. */
async function ran(seed: number, dark = false) {
  const { page, faults } = await editor.visit({ dark });
  const workflow = small("Profiled");
  // What was kept by another test takes no time.
  Object.assign(workflow.nodes.decode.params, { seed });
  await dropWorkflow(page, workflow);
  await page.locator('.node[data-id="decode"]').waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .locator('.node[data-id="decode"]:is([data-state="finished"], [data-state="cached"])')
    .waitFor({ timeout: patience });
  await page.getByRole("tab", { name: "Runs" }).click();
  const row = page.locator('.run-row[data-state="finished"]').first();
  await row.waitFor({ timeout: patience });
  return { page, faults, row };
}

/** What the timeline shows, in milliseconds from the run's beginning. */
async function shownTime(page: Page): Promise<number> {
  const canvas = dialog(page).locator("canvas");
  return Number(await canvas.getAttribute("data-to")) - Number(await canvas.getAttribute("data-from"));
}

test("where the time of a run went: by model, on a timeline that is zoomed and read, and as a file", async () => {
  const { page, faults, row } = await ran(11);
  await row.getByRole("button", { name: /^Where the time of / }).click();
  const table = dialog(page).getByRole("table", { name: "Time by model" });
  await table.waitFor({ timeout: patience });
  const decoder = table.getByRole("row", { name: /toybox\/decoder \d/ });
  // Runs, rows and share; at least one of the two steps is guided, and then has two rows.
  const [runs, rows] = (await decoder.getByRole("cell").allTextContents()).map(Number);
  assert.ok(runs! >= 2 && rows! > runs!, `${runs} runs, ${rows} rows`);
  await dialog(page)
    .getByText(/^At most .* of memory, .* of models loaded$/)
    .waitFor();

  if (pictures) await page.screenshot({ path: join(pictures, "profile.png") });
  const canvas = dialog(page).locator("canvas");
  const box = (await canvas.boundingBox())!;
  const whole = await shownTime(page);
  const words = dialog(page).locator(".profile-words");
  // The last row of bars, above the memory, is that of the model runs: somewhere in it is one.
  const y = box.y + box.height - 56 - 12;
  let read = "";
  for (let x = box.x + 140; x < box.x + box.width && !/^toybox\//.test(read); x += 6) {
    await page.mouse.move(x, y);
    read = (await words.textContent()) ?? "";
  }
  assert.match(read, /^toybox\/[\w-]+: [\d.]+ m?s, \d+ rows?.* for /);
  await page.mouse.wheel(0, -400);
  await page.waitForFunction(
    (whole) => {
      const { from, to } = document.querySelector<HTMLElement>(".profile canvas")!.dataset;
      return Number(to) - Number(from) < whole * 0.6;
    },
    whole,
    { timeout: patience },
  );
  await dialog(page).getByRole("button", { name: "Whole run" }).click();
  await page.waitForFunction(() => document.querySelector<HTMLElement>(".profile canvas")!.dataset.from === "0");
  assert.equal(await shownTime(page), whole);
  await canvas.focus();
  await page.keyboard.press("+");
  await page.waitForFunction(() => document.querySelector<HTMLElement>(".profile canvas")!.dataset.from !== "0");

  const download = page.waitForEvent("download", { timeout: patience });
  await dialog(page).getByRole("button", { name: "Save as Chrome trace" }).click();
  const trace: ChromeTrace = JSON.parse(readFileSync(await (await download).path(), "utf8"));
  const names = new Set(trace.traceEvents.map(({ name }) => name));
  for (const name of ["Decoder", "toybox/decoder", "step 1", "memory"]) assert.ok(names.has(name), [...names].join());
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("it opens from the menu of a run as well, in the dark", async () => {
  const { page, faults, row } = await ran(12, true);
  await row.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Where the time went" }).click();
  await dialog(page).locator("canvas").waitFor({ timeout: patience });
  if (pictures) await page.screenshot({ path: join(pictures, "profile-dark.png") });
  assert.deepEqual(faults, []);
});
