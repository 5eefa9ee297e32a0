import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import {
  documentOf,
  dropWorkflow,
  type Editor,
  ended,
  pressRun,
  settled,
  socketAt,
  startEditor,
} from "./editor.fixture.ts";
import { node, small } from "./small.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const { decode, ...others } = small("").nodes;
/** A caption to a picture, whose painter lies in a group in a subgraph. */
const packed = {
  ...small("Levels"),
  nodes: {
    ...others,
    paint: { ...node("subgraph.painter", {}, decode.inputs) },
    save: node("output.image", {}, { image: "paint.image" }),
  },
  exposed: { prompt: "caption.text" },
  definitions: {
    painter: {
      title: "Painter",
      nodes: { decode: { ...decode, inputs: { image: "in.image", text: "in.text" } } },
      inputs: { image: {}, text: {} },
      outputs: { image: { from: "decode.image" } },
      groups: { inside: { title: "Inside", members: ["decode"] } },
      layout: { decode: { x: 0, y: 0 } },
    },
  },
  notes: { far: { text: "Read me first", x: -900, y: -500, width: 240, height: 120 } },
};

async function open(workflow: object = packed): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await editor.visit({ wide: true });
  await dropWorkflow(page, workflow);
  await page.locator(".document-tab[data-front]", { hasText: "Levels" }).waitFor();
  await settled(page);
  return { page, faults };
}

const card = (page: Page, id: string) => page.locator(`.node[data-id="${id}"]`);
const camera = (page: Page) =>
  page
    .locator(".canvas-area > div")
    .first()
    .evaluate((area) => (area as HTMLElement).style.transform);

/** Waits until the canvas stands as it did. */
async function standsAt(page: Page, wanted: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector<HTMLElement>(".canvas-area > div")!.style.transform === wanted,
    wanted,
  );
}

async function enter(page: Page): Promise<void> {
  await card(page, "paint").locator(".node-title").dblclick();
  await page.getByRole("navigation", { name: "Open subgraph" }).waitFor();
  await card(page, "decode").waitFor();
  await settled(page);
}

test("each level and tab is come back to where the canvas was, and the tab to its level", async () => {
  const { page, faults } = await open();
  await page.getByTitle("Show everything (.)").click();
  await page.getByTitle(/^Zoom out/).click();
  const outside = await camera(page);
  await enter(page);
  await page.getByTitle(/^Zoom in/).click();
  const inside = await camera(page);
  assert.notEqual(inside, outside);
  await page.getByRole("button", { name: "New workflow" }).click();
  await page.locator(".canvas-empty").waitFor();
  await settled(page);
  await page.locator(".document-tab", { hasText: "Levels" }).getByRole("button").first().click();
  await page.getByRole("navigation", { name: "Open subgraph" }).waitFor();
  await standsAt(page, inside);
  await settled(page);
  await page.keyboard.press("Alt+l");
  await standsAt(page, outside);
  assert.deepEqual(faults, []);
});

test("notes are seen when everything is shown, are on the way back, and stay selected with Shift; with one alone nothing is offered", async () => {
  const { page, faults } = await open();
  await page.getByTitle("Show everything (.)").click();
  const note = page.locator('.note[data-note="far"]');
  const window = (await page.locator(".canvas-area").boundingBox())!;
  const box = (await note.boundingBox())!;
  assert.ok(box.x >= window.x && box.y >= window.y, JSON.stringify(box));
  await note.click();
  await card(page, "save")
    .locator(".node-title")
    .click({ modifiers: ["Shift"] });
  await page.locator('.note[data-selected][data-note="far"]').waitFor();
  await page.locator('.node[data-selected][data-id="save"]').waitFor();

  await page.getByRole("button", { name: "New workflow" }).click();
  const hint = page.locator(".canvas-empty");
  await hint.waitFor();
  await settled(page);
  await page.keyboard.press("Shift+N");
  await page.getByLabel("Text of the note").fill("Alone");
  await page.keyboard.press("Escape");
  await hint.waitFor({ state: "detached" });
  await page.getByRole("img", { name: "Map of the workflow" }).waitFor();
  await page.mouse.move(500, 500);
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, 300);
  const back = page.getByRole("button", { name: "Back to the notes" });
  await back.click();
  await back.waitFor({ state: "detached" });
  assert.deepEqual(faults, []);
});

test("a link that is drawn, a card that is dragged and a box that is drawn end with the level, with nothing done", async () => {
  const { page, faults } = await open();
  await page.getByTitle("Show everything (.)").click();
  await enter(page);
  const before = await documentOf(page, ({ nodes }) => Object.hasOwn(nodes, "paint"));
  const hold = async (x: number, y: number) => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y + 90, { steps: 4 });
  };
  const leaveAndComeBack = async () => {
    await page.keyboard.press("Alt+l");
    await page.getByRole("navigation", { name: "Open subgraph" }).waitFor({ state: "detached" });
    await settled(page);
    await page.mouse.move(900, 600, { steps: 3 });
    await page.mouse.up();
    assert.equal(await page.getByLabel("Search nodes").count(), 0);
    assert.equal(await page.locator(".selection-box, [data-linking]").count(), 0);
    await page.getByTitle("Show everything (.)").click();
    await enter(page);
  };
  const { x, y } = await socketAt(page, "decode.image", "output");
  await hold(x, y);
  await page.locator(".canvas-area[data-linking]").waitFor();
  await leaveAndComeBack();
  const title = (await card(page, "decode").locator(".node-title").boundingBox())!;
  await hold(title.x + 10, title.y + 5);
  await leaveAndComeBack();
  const frame = (await page.locator(".group-title").boundingBox())!;
  await hold(frame.x + 5, frame.y + 5);
  await leaveAndComeBack();
  await page.keyboard.down("Shift");
  await hold(200, 600);
  await page.keyboard.up("Shift");
  await page.locator(".selection-box").waitFor();
  await leaveAndComeBack();
  // Whatever was written last came after all of that.
  await card(page, "decode").locator(".node-title").click();
  await page.keyboard.press("Shift+N");
  const noted = await documentOf(page, ({ definitions }) => definitions?.painter?.notes !== undefined);
  const { notes: _, ...painter } = noted.definitions!.painter!;
  assert.deepEqual({ ...noted, definitions: { painter } }, before);
  assert.deepEqual(faults, []);
});

test("inside a subgraph the group's frame and the links show what runs", async () => {
  const slow = structuredClone(packed) as typeof packed;
  slow.definitions.painter.nodes.decode.params = { steps: 999, seed: 7 };
  const { page, faults } = await open(slow);
  await page.getByTitle("Show everything (.)").click();
  await enter(page);
  await page.getByTitle("Show everything (.)").click();
  await pressRun(page);
  await page.locator('.group-frame[data-frame="inside"][data-state="running"]').waitFor({ timeout: 60_000 });
  await page.locator('.link-frame[data-link="decode.image"][data-flows]').waitFor({ state: "attached" });
  // The links of a level that is opened meanwhile flow at once.
  await page.keyboard.press("Alt+l");
  await page.locator('.link-frame[data-link="paint.image"][data-flows]').waitFor({ state: "attached" });
  await page.locator(".run-group").getByRole("button", { name: "Cancel" }).click();
  assert.equal(await ended(page), "Cancelled");
  assert.deepEqual(faults, []);
});

test("a right click on a picture looks at it closely, outside a subgraph and inside", async () => {
  const { page, faults } = await open();
  await pressRun(page);
  assert.equal(await ended(page), "Finished");
  for (const id of ["paint", "decode"]) {
    if (id === "decode") await enter(page);
    await page.getByTitle("Show everything (.)").click();
    await card(page, id).locator(".preview:has(.preview-look)").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Look closely" }).click();
    const viewer = page.getByRole("dialog");
    await viewer.locator("img").first().waitFor();
    await page.keyboard.press("Escape");
    await viewer.waitFor({ state: "detached" });
  }
  assert.deepEqual(faults, []);
});

/** Waits until this browser has kept that the canvas stands there in a level. */
async function isKept(page: Page, level: string, transform: string): Promise<void> {
  await page.waitForFunction(
    async ([level, transform]) => {
      const ask = <T>(asked: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          asked.onsuccess = () => resolve(asked.result);
          asked.onerror = () => reject(asked.error);
        });
      const database = await ask(indexedDB.open("clipwork", 1));
      try {
        const name = sessionStorage.getItem("clipwork.page");
        const record = await ask(database.transaction("drafts").objectStore("drafts").get(`page ${name}`));
        const { x, y, k } = record?.views?.[record.front]?.cameras?.[level!] ?? {};
        return `translate(${x}px, ${y}px) scale(${k})` === transform;
      } finally {
        database.close();
      }
    },
    [level, transform],
    { polling: 100 },
  );
}

test("what is open and where the canvas stands in it outlive a reload, as does what is around it", async () => {
  const { page } = await open();
  const outside = await camera(page);
  await enter(page);
  const entered = await camera(page);
  await page.locator(".canvas-area").hover();
  await page.mouse.wheel(70, 50);
  await page.waitForFunction(
    (entered) => document.querySelector<HTMLElement>(".canvas-area > div")!.style.transform !== entered,
    entered,
  );
  const left = await camera(page);
  await isKept(page, "paint/", left);
  await page.reload();
  await page.getByRole("navigation", { name: "Open subgraph" }).waitFor();
  await card(page, "decode").waitFor();
  await settled(page);
  await standsAt(page, left);
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Alt+l");
  await card(page, "caption").waitFor();
  await settled(page);
  await standsAt(page, outside);
  await page.close();
});
