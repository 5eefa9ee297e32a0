// The editor of a server that shares its queue: who carries out runs, and what waits for somebody who can.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fixturePacks } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet } from "../server/fleet.fixture.ts";
import { dropWorkflow, patience, pressRun, settled, startEditor } from "./editor.fixture.ts";

/** A workflow that needs the pack `random-pack`. */
const needing = {
  format: "clipwork/1" as const,
  meta: { title: "Needs a pack" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube" } },
    encode: {
      type: "clip.encode-text",
      version: 1,
      params: { pack: "random-pack" },
      inputs: { text: "caption.text" },
    },
    save: { type: "output.any", version: 1, inputs: { value: "encode.embedding" } },
  },
};

/** The page of a server of a fleet, which has `random-pack`; its workers have what a test gives them. */
async function openPage(context: TestContext) {
  const fleet = await startFleet(context);
  const [, queue, , store] = fleet.args;
  const editor = await startEditor({
    configuration: { queue, store },
    environment: { ...fleet.s3.env, CLIPWORK_PACKS: fixturePacks },
  });
  context.after(() => editor.close());
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, needing);
  await page.locator('.node[data-id="encode"]').waitFor();
  await settled(page);
  await page.getByRole("tab", { name: "Runs" }).click();
  return { fleet, page, faults };
}

test("a run for which no worker has the pack says so in its row, and goes on when one comes; the dialog lists who is there and what each has, until they leave", {
  skip: skipFleet,
}, async (context) => {
  const { fleet, page, faults } = await openPage(context);
  const without = await fleet.worker({ CLIPWORK_PACKS: "" });
  await pressRun(page);
  const row = page.locator(".queue-row");
  await row.locator(".queue-held").waitFor({ timeout: patience });
  assert.match(
    (await row.locator(".queue-held").textContent()) ?? "",
    /^It waits for a worker that has the model pack "random-pack"\.$/,
  );
  assert.match(
    (await row.locator("[title*='random-pack']").first().getAttribute("title")) ?? "",
    /Install it where the workers are/,
  );

  await page.keyboard.press("Shift+W");
  const dialog = page.getByRole("dialog", { name: "Workers" });
  const cards = dialog.locator(".model-card");
  await cards.first().waitFor();
  assert.equal(await cards.count(), 1);
  const text = (await cards.first().textContent()) ?? "";
  assert.ok(text.includes(`process ${without.process.pid}`) && text.includes("free"), text);
  assert.ok(!text.includes("random-pack"), text);

  const able = await fleet.worker();
  const second = cards.filter({ hasText: `process ${able.process.pid}` });
  await second.waitFor({ timeout: patience });
  assert.match((await second.textContent()) ?? "", /random-pack/);
  // It has carried out the run, and so has loaded the pack.
  await second.filter({ hasText: "random-pack (loaded)" }).waitFor({ timeout: patience });
  await page.keyboard.press("Escape");
  await row.waitFor({ state: "detached", timeout: patience });

  await page.keyboard.press("Shift+W");
  await without.kill("SIGINT");
  await cards.filter({ hasText: `process ${without.process.pid}` }).waitFor({ state: "detached", timeout: patience });
  assert.deepEqual(faults, []);
});
