import type { Page } from "playwright-core";
import { ended, patience } from "./editor.fixture.ts";
import { manyNodes } from "./many-nodes.fixture.ts";
import { amongPeople } from "./people.fixture.ts";
import { closely, dialog, key, open, type Screen, select } from "./screens.fixture.ts";

/** Waits for the end of the run that is begun so. */
async function runToEndBy(page: Page, begin: () => Promise<void>): Promise<void> {
  const before = page.url();
  await begin();
  await page.waitForURL((url) => url.href !== before, { timeout: patience });
  await ended(page);
}

/** Values of other kinds than pictures, batches, and what a page looks like when something is missing, away or new. */
export const states: readonly Screen[] = [
  { name: "batch", of: "measured", go: (page) => select(page, "decode") },
  { name: "batch-look", of: "measured", go: closely("decode") },
  { name: "table", of: "measured", go: closely("table") },
  { name: "plot", of: "measured", go: closely("plot") },
  { name: "words", of: "picture", go: closely("encode") },
  {
    name: "sweep-done",
    of: "picture",
    go: async (page) => {
      await select(page, "decode");
      await page.getByLabel("Sweep seed").click();
      await runToEndBy(page, () => page.getByRole("button", { name: "Add and run" }).click());
      await key(page, ".");
    },
  },
  {
    name: "link-list",
    of: "picture",
    go: async (page) => {
      await select(page, "decode");
      await page.keyboard.press("l");
      await page.locator(".menu, .palette").first().waitFor();
    },
  },
  {
    name: "menu-tab",
    of: "picture",
    go: (page) => page.locator(".document-tab[data-front]").click({ button: "right" }),
  },
  {
    name: "unknown",
    go: async (page) => {
      await open({
        format: "clipwork/1",
        meta: { title: "From elsewhere" },
        nodes: {
          a: { type: "someone.dream", version: 3, params: { depth: 4 } },
          b: { type: "output.image", version: 1, inputs: { image: "a.image" } },
        },
      })(page);
      await select(page, "a");
    },
  },
  {
    name: "many-nodes",
    go: async (page) => {
      await open(manyNodes(500))(page);
      await key(page, ".");
      await page.locator(".node.plain").first().waitFor();
      await page.getByRole("tab", { name: "Outline" }).click();
    },
  },
  {
    name: "drop",
    go: async (page) => {
      await page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["{}"], "workflow.json"));
        dispatchEvent(new DragEvent("dragover", { dataTransfer, cancelable: true }));
      });
      await page.locator(".drop-hint").waitFor();
    },
  },
  {
    name: "away",
    of: "picture",
    failures: /Failed to load resource|WebSocket|ERR_/,
    go: async (page) => {
      await page.context().setOffline(true);
      await page.locator('.run-state[data-state="failed"]').waitFor();
      await page.locator("#setting\\:prompt").fill("a blue cone");
      await page.locator('.saved-mark[data-standing="browser"]').waitFor({ state: "attached" });
    },
  },
  {
    name: "behind",
    of: "picture",
    go: async (page) => {
      const wrote = page.waitForResponse(
        (reply) => /workflows/.test(reply.url()) && reply.request().method() !== "GET" && reply.ok(),
      );
      await key(page, "Control+s");
      const { id, revision, title, document } = await (await wrote).json();
      const theirs = { revision, title, document: { ...document, meta: { title: "Theirs" } } };
      const kept = await page.request.put(new URL(`/api/v1/workflows/${id}`, page.url()).href, { data: theirs });
      if (!kept.ok()) throw new Error(await kept.text());
      await page.locator(".behind").waitFor();
    },
  },
  { name: "people", go: amongPeople("administer") },
  { name: "view-only", go: amongPeople("view") },
  {
    name: "message",
    of: "picture",
    go: async (page) => {
      await page.locator("#tab-runs").click();
      await page.getByRole("button", { name: "Clear" }).click();
      await page.locator(".toast").first().waitFor();
    },
  },
  {
    name: "templates-none",
    of: "picture",
    go: async (page) => {
      await dialog(/^Templates/)(page);
      await page.getByLabel("Search templates").fill("zebra crossing");
      await page.getByText("No template has these words.").waitFor();
    },
  },
  {
    name: "search-none",
    of: "picture",
    go: async (page) => {
      await key(page, "Tab");
      await page.getByRole("combobox", { name: "Search nodes" }).fill("zebra");
    },
  },
  {
    name: "runs-none",
    go: async (page) => {
      await page.request.delete(new URL("/api/v1/runs", page.url()).href);
      await page.locator("#tab-runs").click();
      await page.locator(".runs .run-row").first().waitFor({ state: "detached" });
    },
  },
];
