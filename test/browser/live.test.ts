import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import type { LoggedEvent } from "@clipwork/server/wire";
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

/** A drawing that the page asked for, and the server began. */
type Drawing = { readonly run: string; readonly document: WorkflowJson };

type Opened = { readonly page: Page; readonly faults: string[]; readonly drawings: Drawing[] };

async function open(): Promise<Opened> {
  const { page, faults } = await editor.visit();
  const drawings: Drawing[] = [];
  page.on("response", (response) => {
    const document = response.status() === 201 ? drawn(response.request()) : undefined;
    if (document) void response.json().then(({ id }) => drawings.push({ run: id as string, document }));
  });
  await dropWorkflow(page, painting);
  await page.locator('.node[data-id="paint"]').waitFor();
  await settled(page);
  return { page, faults, drawings };
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

/** The picture that a run gave for the decoder, computed or kept; undefined as long as it has given none. */
async function pictureOf(run: string): Promise<string | undefined> {
  const reply = await fetch(`${editor.url}/api/v1/runs/${run}/events`);
  const { events } = (await reply.json()) as { readonly events: readonly LoggedEvent[] };
  const values = events.flatMap((event) =>
    event.event === "node.value" ? [event] : event.event === "node.values" ? event.values : [],
  );
  for (const { node, view } of values) if (node === "paint" && view.kind === "picture") return view.picture;
  return undefined;
}

/** Waits until the newest drawing is one in all of the document's own steps, and the decoder's card shows the picture that it gave. */
async function refined({ page, drawings }: Opened): Promise<void> {
  await page.locator(".run-state", { hasText: "Drawing" }).waitFor({ state: "detached", timeout: patience });
  const newest = () => drawings.at(-1);
  const isFull = (drawing: Drawing | undefined) => drawing?.document.nodes.paint?.params?.steps === undefined;
  for (const until = Date.now() + patience; ; await page.waitForTimeout(100)) {
    const last = newest();
    const shown = await picture(page).getAttribute("src");
    const given = last && isFull(last) ? await pictureOf(last.run) : undefined;
    if (given !== undefined && shown?.includes(given)) break;
    assert.ok(Date.now() < until, `the newest drawing ${isFull(last) ? "is not shown" : "is in few steps"}`);
  }
  const paint = page.locator('.node[data-id="paint"]:is([data-state="finished"], [data-state="cached"])');
  await paint.locator('.preview:not([data-standing="earlier"])').waitFor({ timeout: patience });
}

const runsOf = async (): Promise<{ items: unknown[] }> => (await fetch(`${editor.url}/api/v1/runs`)).json();

test("live: the picture follows the caption while it is typed, is refined when the hand rests, and no run is listed", async (context) => {
  const opened = await open();
  const { page, faults } = opened;
  await page.getByRole("button", { name: "Live", exact: true }).click();
  const first = await anotherPicture(page, null);
  await refined(opened);
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
  await refined(opened);
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
  const opened = await open();
  const { page, faults } = opened;
  await page.locator('.node[data-id="guide"] .node-header').click();
  const slider = page.getByRole("slider", { name: "scale, slider" });
  await slider.waitFor();
  const live = page.getByRole("button", { name: "Live", exact: true });
  await live.click();
  await anotherPicture(page, null);
  await refined(opened);
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
  await refined(opened);
  await documentOf(page, ({ nodes }) => Number(nodes.guide?.params?.scale) > 25);
  assert.deepEqual((await runsOf()).items, []);

  await page.reload();
  await settled(page);
  assert.equal(await live.getAttribute("aria-pressed"), "true");
  assert.deepEqual(faults, []);
});
