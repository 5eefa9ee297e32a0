import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import type { Page, Request } from "playwright-core";
import { documentOf, dropWorkflow, type Editor, patience, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor.close());

const painting: WorkflowJson = {
  format: "clipwork/1",
  meta: { title: "Followed" },
  nodes: {
    caption: { type: "text.prompt", version: 1, params: { text: "a red cube on sand" } },
    encode: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" } },
    guide: { type: "guidance.cfg", version: 1, params: { scale: 2 } },
    prior: { type: "prior.diffusion", version: 1, inputs: { text: "encode.embedding" }, params: { seed: 3 } },
    paint: {
      type: "decoder.sample",
      version: 2,
      inputs: { image: "prior.embedding", text: "encode.embedding", guidance: "guide.guidance" },
      params: { seed: 5 },
    },
    save: { type: "output.image", version: 1, inputs: { image: "paint.image" } },
  },
};

async function open(): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await editor.visit();
  await dropWorkflow(page, painting);
  await page.locator('.node[data-id="paint"]').waitFor();
  await settled(page);
  return { page, faults };
}

const picture = (page: Page) => page.locator('.node[data-id="paint"] .preview img').first();

/** Waits until the card of the decoder has another picture than that, and gives its address. */
async function anotherPicture(page: Page, before: string | null): Promise<string> {
  const handle = await page.waitForFunction(
    (before) => {
      const now = document.querySelector('.node[data-id="paint"] .preview img')?.getAttribute("src");
      return now && now !== before ? now : undefined;
    },
    before,
    { timeout: patience },
  );
  return (await handle.jsonValue())!;
}

/** Waits until the decoder has its picture in all of its steps. */
async function refined(page: Page): Promise<void> {
  await page.locator(".run-state", { hasText: "Drawing" }).waitFor({ state: "detached", timeout: patience });
  const paint = page.locator('.node[data-id="paint"]:is([data-state="finished"], [data-state="cached"])');
  await paint.locator('.preview:not([data-standing="earlier"])').waitFor({ timeout: patience });
}

const runsOf = async (): Promise<{ items: unknown[] }> => (await fetch(`${editor.url}/api/v1/runs`)).json();

test("live: the picture follows the caption while it is typed, is refined when the hand rests, and no run is listed", async (context) => {
  const { page, faults } = await open();
  await page.getByRole("button", { name: "Live", exact: true }).click();
  const first = await anotherPicture(page, null);
  await refined(page);
  const whole = await picture(page).getAttribute("src");
  assert.ok(first && whole);
  const text = page.locator('.node[data-id="caption"] textarea');
  await text.click();
  await page.keyboard.press("End");
  // What was cold the first time is warm now.
  for (const word of [" at", " night", " in", " fog"]) {
    const before = await picture(page).getAttribute("src");
    const since = Date.now();
    await page.keyboard.type(word);
    await anotherPicture(page, before);
    context.diagnostic(`from the keystroke to another picture: ${Date.now() - since} ms`);
  }
  await refined(page);
  const document = await documentOf(
    page,
    ({ nodes }) => nodes.caption?.params?.text === "a red cube on sand at night in fog",
  );
  assert.equal(document.nodes.paint?.params?.steps, undefined, "the document has its own steps");
  assert.deepEqual((await runsOf()).items, []);
  assert.deepEqual(faults, []);
});

/** The workflow that a request asks to draw; undefined if it is another request. */
function drawn(request: Request): WorkflowJson | undefined {
  if (request.method() !== "POST" || !request.url().endsWith("/api/v1/runs")) return undefined;
  return (request.postDataJSON() as { readonly document: WorkflowJson }).document;
}

test("live: while a slider is dragged the picture is drawn again, and in full once the hand rests; a reload leaves Live on", async () => {
  const { page, faults } = await open();
  await page.locator('.node[data-id="guide"] .node-header').click();
  const slider = page.getByRole("slider", { name: "scale, slider" });
  await slider.waitFor();
  const live = page.getByRole("button", { name: "Live", exact: true });
  await live.click();
  await anotherPicture(page, null);
  await refined(page);
  const box = (await slider.boundingBox())!;
  const moveTo = (share: number, steps = 3) =>
    page.mouse.move(box.x + box.width * share, box.y + box.height / 2, { steps });
  await moveTo(0.1, 1);
  await page.mouse.down();
  for (const share of [0.3, 0.5, 0.7]) {
    const seen = await picture(page).getAttribute("src");
    await moveTo(share);
    await anotherPicture(page, seen);
  }
  const inFull = page.waitForResponse(
    (response) => {
      const { guide, paint } = drawn(response.request())?.nodes ?? {};
      return guide !== undefined && Number(guide.params?.scale) > 25 && paint?.params?.steps === undefined;
    },
    { timeout: patience },
  );
  await moveTo(0.9);
  assert.equal((await inFull).status(), 201, "the mouse button is still held");
  await page.mouse.up();
  await refined(page);
  await documentOf(page, ({ nodes }) => Number(nodes.guide?.params?.scale) > 25);
  assert.deepEqual((await runsOf()).items, []);

  await page.reload();
  await settled(page);
  assert.equal(await live.getAttribute("aria-pressed"), "true");
  assert.deepEqual(faults, []);
});
