import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import type { Page } from "playwright-core";
import { Database } from "../../server/src/data-folder/database.ts";
import { packJson } from "../../server/src/files/packed-json.ts";
import { SqliteQueue } from "../../server/src/queue/sqlite/sqlite-queue.ts";
import {
  drag,
  dropWorkflow,
  type Editor,
  ended,
  middleOf,
  patience,
  pressRun,
  settled,
  startEditor,
} from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor.close());

/** A caption that is painted in so many steps. */
const painting = (text: string, seed: number, steps: number): WorkflowJson => ({
  format: "clipwork/1",
  meta: { title: "Queue" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text } },
    encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" } },
    prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { steps: 2 } },
    paint: { type: "decoder.sample", version: 2, inputs: { image: "prior.embedding" }, params: { seed, steps } },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
  },
  exposed: { prompt: "caption.text", seed: "paint.seed" },
});

async function open(workflow: WorkflowJson): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, workflow);
  await page.locator('.node[data-id="paint"]').waitFor();
  await settled(page);
  await page.getByRole("tab", { name: "Runs" }).click();
  return { page, faults };
}

const queueOf = async (): Promise<{ paused: boolean; waiting: number; next: { caption?: string }[] }> =>
  (await fetch(`${editor.url}/api/v1/queue`)).json();

/** Presses Run, and waits until the server has that many runs in the queue. */
async function queueRun(page: Page, count: number): Promise<void> {
  await pressRun(page);
  await page
    .locator(".queue-row")
    .nth(count - 1)
    .waitFor();
}

async function caption(page: Page, text: string): Promise<void> {
  await page.locator('.node[data-id="caption"] textarea').fill(text);
}

const rows = (page: Page) => page.locator(".queue-row .queue-text span").allTextContents();

/** Puts so many runs into the queue of the server that was killed, which is paused. */
async function fillQueue(count: number): Promise<void> {
  const database = new Database(editor.data);
  const queue = new SqliteQueue(database);
  await queue.pause(true);
  const document = packJson(JSON.stringify(painting("one of many", 1, 2)));
  const request = {
    title: "Many",
    document,
    set: {},
    fresh: false,
    warnings: [],
    kinds: {},
    priority: "normal" as const,
  };
  for (let seed = 0; seed < count; seed++)
    await queue.submit(randomUUID(), { ...request, caption: "one of many", seed }, new Uint8Array());
  database.close();
}

async function empty(page: Page): Promise<void> {
  await page.request.patch(`${editor.url}/api/v1/queue`, { data: { paused: false } });
  await page.request.post(`${editor.url}/api/v1/queue/cancel`);
}

test("Run queues while one runs; the canvas keeps what paints; runs are reordered by mouse and keyboard, paused, and so after a kill", async () => {
  const { page, faults } = await open(painting("the first", 1, 999));
  await pressRun(page);
  await page.locator('.node[data-id="paint"][data-state="running"]').waitFor({ timeout: patience });
  await page.locator(".running-row").waitFor();
  for (const [i, text] of ["second", "third", "fourth"].entries()) {
    await caption(page, text);
    await queueRun(page, i + 1);
  }
  assert.deepEqual(await rows(page), ["second", "third", "fourth"]);
  assert.match((await page.locator(".running-row").textContent())!, /the first.*seed 1/);
  assert.equal(await page.locator('.node[data-id="paint"]').getAttribute("data-state"), "running");
  await page.getByRole("button", { name: "3 waiting" }).waitFor();

  await page.getByRole("button", { name: "Pause the queue" }).click();
  await page.getByText("Paused. No run begins until you resume").waitFor();
  const grips = page.locator(".queue-grip");
  const [first, last] = [await middleOf(grips.nth(0)), await middleOf(grips.nth(2))];
  await drag(page, last, { x: first.x, y: first.y - 15 });
  await page.waitForFunction(() => document.querySelector(".queue-row .queue-text span")?.textContent === "fourth");
  assert.deepEqual(await rows(page), ["fourth", "second", "third"]);
  const grip = page.getByRole("button", { name: "Move third: place 3 of 3" });
  await grip.focus();
  await page.keyboard.press("ArrowUp");
  await page.getByRole("button", { name: "Move third: place 2 of 3" }).waitFor();
  await page.keyboard.press("Home");
  await page.getByRole("button", { name: "Move third: place 1 of 3" }).waitFor();
  assert.deepEqual(await rows(page), ["third", "fourth", "second"]);
  assert.match((await page.locator(".queue .spoken").textContent())!, /It is next now/);
  await page.getByLabel("Priority of second").selectOption("high");
  await page.getByRole("button", { name: "Move second: place 1 of 3" }).waitFor();
  assert.deepEqual(faults, []);

  await editor.kill();
  await editor.restart();
  const queue = await queueOf();
  assert.equal(queue.paused, true);
  assert.deepEqual(
    queue.next.map((run) => run.caption),
    ["the first", "second", "third", "fourth"],
    "what ran waits before all others",
  );
  await page.reload();
  await page.getByRole("button", { name: /^Paused/ }).click();
  await page.getByRole("button", { name: "Move second: place 2 of 4" }).waitFor();
  await page.getByRole("button", { name: "Cancel all waiting" }).click();
  await page.getByRole("button", { name: "Resume the queue" }).click();
  await page.locator(".queue").waitFor({ state: "detached" });
});

test("a cancel is answered before the server has heard of it, in card, bar and row; afterwards nothing runs", async (context) => {
  const { page } = await open(painting("to be stopped", 5, 999));
  await pressRun(page);
  await page.locator('.node[data-id="paint"] .node-status', { hasText: /\d+\/999/ }).waitFor({ timeout: patience });
  await page.locator(".running-row").waitFor();
  let asked = false;
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/cancel", async (route) => {
    asked = true;
    await held;
    await route.continue();
  });
  await page.evaluate(() => {
    const seen = { clicked: 0, said: 0 };
    Object.assign(window, { seen });
    addEventListener(
      "click",
      () => {
        seen.clicked = performance.now();
      },
      { capture: true },
    );
    new MutationObserver(() => {
      if (seen.said === 0 && document.querySelector(".run-state")?.textContent === "Stopping after this step")
        seen.said = performance.now();
    }).observe(document.querySelector(".top-bar")!, { subtree: true, childList: true, characterData: true });
  });
  await page.locator(".run-group").getByRole("button", { name: "Cancel" }).click();
  await page.locator(".run-state", { hasText: "Stopping after this step" }).waitFor();
  await page.locator('.node[data-id="paint"] .node-status', { hasText: "stopping after this step" }).waitFor();
  await page.locator(".running-row", { hasText: "Stopping after this step" }).waitFor();
  assert.ok(asked, "the server has not answered yet");
  const ms = await page.evaluate(() => {
    const { seen } = window as unknown as { seen: { clicked: number; said: number } };
    return seen.said - seen.clicked;
  });
  context.diagnostic(`from the click to the answer: ${Math.round(ms)} ms`);
  release();
  assert.equal(await ended(page), "Cancelled");
  await page.locator('.node[data-state="stopped"]').waitFor();
  assert.equal(await page.locator('.node[data-state="running"]').count(), 0);
});

test("a thousand waiting runs: the panel shows the first, says how many more, and moves one from the end", async () => {
  const { page } = await open(painting("many", 1, 2));
  await editor.kill();
  await fillQueue(1000);
  await editor.restart();
  await page.reload();
  await page.getByRole("tab", { name: "Runs" }).click();
  const { waiting } = await queueOf();
  assert.equal(waiting, 1000);
  await page.getByRole("button", { name: `Paused, ${waiting} waiting` }).waitFor();
  await page.locator(".queue-row").nth(49).waitFor();
  assert.equal(await page.locator(".queue-row").count(), 50);
  await page.getByRole("button", { name: `${waiting - 50} more are waiting` }).click();
  await page.locator(".queue-row").nth(99).waitFor();
  await page.locator(".queue-grip").nth(99).focus();
  await page.keyboard.press("Home");
  await page.locator(".queue-row", { hasText: "seed 99" }).getByText("next").waitFor();
  await page.getByRole("button", { name: "Cancel all waiting" }).click();
  await page.locator(".queue-row").first().waitFor({ state: "detached" });
  assert.equal((await queueOf()).waiting, 0);
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await page.getByRole("button", { name: "Delete them" }).click();
  await page.getByText("What you run appears here").waitFor();
  await empty(page);
});

test("a run that failed says why with titles in place of ids", async () => {
  const broken = painting("any", 3, 2);
  const { page } = await open({
    ...broken,
    nodes: {
      ...broken.nodes,
      three: { type: "list.seeds", version: 1, params: { count: 3 } },
      two: { type: "list.seeds", version: 1, params: { count: 2 } },
      prior: { ...broken.nodes.prior!, inputs: { text: "encode.embedding", seed: "two.seeds" } },
      paint: { ...broken.nodes.paint!, inputs: { image: "prior.embedding", seed: "three.seeds" } },
    },
  });
  await pressRun(page);
  await ended(page);
  const error = page.locator(".run-error", { hasText: "Decoder" }).first();
  await error.waitFor();
  const text = await error.textContent();
  assert.doesNotMatch(text!, /\bpaint\b/);
});
