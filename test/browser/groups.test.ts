import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { placeOf } from "../../ui/src/document/edit.ts";
import { lookOf } from "../../ui/src/document/look.ts";
import { documentOf, drag, dropWorkflow, type Editor, middleOf, settled, startEditor } from "./editor.fixture.ts";

let editor: Editor;
before(async () => {
  editor = await startEditor();
});
after(() => editor?.close());

const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });
const words = {
  format: "clipwork/1",
  meta: { title: "Words" },
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", {}, { text: "encode.embedding" }),
    other: node("text.prompt", { text: "a ball" }),
  },
  layout: { caption: { x: 0, y: 0 }, encode: { x: 280, y: 0 }, prior: { x: 660, y: 0 }, other: { x: 0, y: 360 } },
};

async function open(workflow: object = words) {
  const visit = await editor.visit({ wide: true });
  await dropWorkflow(visit.page, workflow);
  await visit.page.locator('.node[data-id="other"]').waitFor();
  await settled(visit.page);
  const header = (id: string) => visit.page.locator(`.node[data-id="${id}"] .node-header`);
  return { ...visit, header };
}

/** Where the drawn ends of a link are in the window. */
function endsOf(page: Page, link: string) {
  return page.locator(`.link-frame[data-link="${link}"] .link-line`).evaluate((path) => {
    const line = path as SVGPathElement;
    const matrix = line.getScreenCTM()!;
    const at = (length: number) => {
      const { x, y } = line.getPointAtLength(length).matrixTransform(matrix);
      return { x, y };
    };
    return { start: at(0), end: at(line.getTotalLength()) };
  });
}

test("a group is made around the selection, named, moved with its cards, coloured and dissolved, and undo gives the same bytes", async () => {
  const { page, header, faults } = await open();
  const before = JSON.stringify(await documentOf(page, ({ nodes }) => "other" in nodes));
  await header("caption").click();
  await header("encode").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+g");
  await page.getByLabel("Title of the group").fill("Words to numbers");
  await page.keyboard.press("Enter");
  const title = page.locator(".group-title", { hasText: "Words to numbers" });
  await title.waitFor();
  const card = await middleOf(header("encode"));
  const from = await middleOf(title);
  await page.keyboard.down("Alt");
  await drag(page, from, { x: from.x + 40, y: from.y + 120 });
  await page.keyboard.up("Alt");
  const moved = await documentOf(page, (it) => placeOf(it, "encode").y > 60);
  assert.deepEqual(Object.values(moved.groups!)[0]!.members, ["caption", "encode"]);
  const now = await middleOf(header("encode"));
  assert.ok(Math.abs(now.x - card.x - 40) < 3 && Math.abs(now.y - card.y - 120) < 3, JSON.stringify([card, now]));
  await page.getByRole("button", { name: "teal" }).click();
  await documentOf(page, ({ groups }) => Object.values(groups ?? {})[0]?.colour === "teal");
  await page.keyboard.press("Control+Shift+g");
  await documentOf(page, ({ groups }) => groups === undefined);
  assert.equal(await page.locator(".group-frame").count(), 0);
  for (let i = 0; i < 5; i++) await page.keyboard.press("Control+z");
  const undone = await documentOf(page, (it) => !it.groups && placeOf(it, "encode").y === 0);
  assert.equal(JSON.stringify(undone), before);
  assert.deepEqual(faults, []);
});

test("a card that is dropped in a group joins it, and one that is dragged out leaves", async () => {
  const { page, header } = await open({
    ...words,
    groups: { stage: { title: "Stage", members: ["caption", "encode"] } },
  });
  const members = (wanted: readonly string[]) =>
    documentOf(page, ({ groups }) => JSON.stringify(groups?.stage?.members) === JSON.stringify(wanted));
  const into = await middleOf(page.locator('[data-frame="stage"]'));
  const other = await middleOf(header("other"));
  const whole = await middleOf(page.locator('.node[data-id="other"]'));
  await drag(page, other, { x: into.x, y: into.y - (whole.y - other.y) });
  await members(["caption", "encode", "other"]);
  const inside = await middleOf(header("other"));
  await drag(page, inside, { x: inside.x, y: inside.y + 420 });
  await members(["caption", "encode"]);
});

test("what is done to a selected group is done to its nodes, and Delete takes them away", async () => {
  const { page } = await open({ ...words, groups: { stage: { title: "Stage", members: ["caption", "encode"] } } });
  await page.locator(".group-title").click();
  await page.keyboard.press("Control+m");
  const muted = await documentOf(page, ({ nodes }) => nodes.encode?.mode === "mute");
  assert.equal(muted.nodes.caption!.mode, "mute");
  assert.equal(muted.nodes.prior!.mode, undefined);
  await page.keyboard.press("Control+d");
  const twice = await documentOf(page, ({ groups }) => Object.keys(groups ?? {}).length === 2);
  assert.equal(Object.keys(twice.nodes).length, 6);
  await page.keyboard.press("Delete");
  await documentOf(page, ({ groups }) => Object.keys(groups ?? {}).length === 1);
  await page.locator(".group-title").click();
  await page.keyboard.press("Delete");
  const gone = await documentOf(page, ({ groups }) => groups === undefined);
  assert.deepEqual(Object.keys(gone.nodes), ["prior", "other"]);
});

test("a collapsed group is one small card at which the links across its border end", async () => {
  const { page, header } = await open({
    ...words,
    groups: { stage: { title: "Stage", members: ["caption", "encode"] } },
  });
  const far = (await endsOf(page, "prior.text")).end;
  await page.getByRole("button", { name: "Collapse Stage" }).click();
  const card = page.locator(".group-frame.collapsed");
  await card.waitFor();
  await header("encode").waitFor({ state: "hidden" });
  const within = page.locator('.link-frame[data-link="encode.text"]');
  await within.and(page.locator("[data-inside]")).waitFor({ state: "attached" });
  assert.equal(await within.evaluate((frame) => getComputedStyle(frame).display), "none");
  const box = (await card.boundingBox())!;
  await page.waitForFunction(
    ([right, top, bottom]) => {
      const line = document.querySelector<SVGPathElement>('.link-frame[data-link="prior.text"] .link-line')!;
      const { x, y } = line.getPointAtLength(0).matrixTransform(line.getScreenCTM()!);
      return Math.abs(x - right!) < 12 && y > top! && y < bottom!;
    },
    [box.x + box.width, box.y, box.y + box.height] as const,
  );
  const { end } = await endsOf(page, "prior.text");
  assert.ok(Math.hypot(end.x - far.x, end.y - far.y) < 2, "the other end stays");
  const from = await middleOf(page.locator(".group-title"));
  await drag(page, from, { x: from.x + 10, y: from.y + 90 });
  const moved = await documentOf(page, (it) => placeOf(it, "caption").y > 40);
  assert.equal(placeOf(moved, "caption").y, placeOf(moved, "encode").y);
  await page.getByRole("button", { name: "Open Stage" }).click();
  await header("encode").waitFor();
  await within.and(page.locator(":not([data-inside])")).waitFor({ state: "attached" });
});

test("a note is written in place, shown as Markdown without HTML, resized, copied and removed", async () => {
  const { page, faults } = await open();
  await page.locator(".canvas-area").focus();
  await page.keyboard.press("Shift+N");
  await page
    .getByLabel("Text of the note")
    .fill("# Why\n**bold** <img src=x onerror=alert(1)> [paper](https://a.example)");
  await page.keyboard.press("Escape");
  const note = page.locator(".note");
  await note.locator(".note-heading").waitFor();
  assert.equal(await note.locator("strong").textContent(), "bold");
  assert.equal(await note.locator("img, a").count(), 0);
  assert.match((await note.textContent())!, /<img src=x onerror=alert\(1\)> paper \(https:\/\/a\.example\)/);
  const corner = await middleOf(note.locator(".resize-corner"));
  await drag(page, corner, { x: corner.x + 60, y: corner.y + 50 });
  const sized = await documentOf(page, ({ notes }) => Object.values(notes ?? {})[0]!.width > 280);
  assert.ok(Object.values(sized.notes!)[0]!.height > 150);
  await note.click();
  await page.keyboard.press("Control+d");
  await documentOf(page, ({ notes }) => Object.keys(notes ?? {}).length === 2);
  await page.keyboard.press("Delete");
  await documentOf(page, ({ notes }) => Object.keys(notes ?? {}).length === 1);
  assert.deepEqual(faults, []);
});

test("a card is renamed, and sentences use its title; it is collapsed with its links, coloured and widened", async () => {
  const { page, header } = await open();
  await header("encode").dblclick();
  await page
    .getByLabel(/^Title of/)
    .and(page.locator(".title-edit"))
    .fill("My reader");
  await page.keyboard.press("Enter");
  await page.locator(".node-title", { hasText: "My reader" }).waitFor();
  await page.getByRole("tab", { name: "Outline" }).click();
  await page.locator('.outline [data-id="prior"] .outline-turn').click();
  await page.getByRole("treeitem", { name: "from My reader, embedding" }).waitFor();
  await header("encode").click();
  await page.keyboard.press("F2");
  await page.keyboard.press("Escape");
  const edge = await middleOf(page.locator('.node[data-id="encode"] .resize-edge'));
  await drag(page, edge, { x: edge.x + 80, y: edge.y });
  await documentOf(page, (it) => lookOf(it, "encode").width !== undefined);
  await page.getByRole("button", { name: "purple" }).click();
  await page.keyboard.press("Shift+C");
  const looks = await documentOf(page, (it) => lookOf(it, "encode").collapsed === true);
  assert.equal(lookOf(looks, "encode").title, "My reader");
  const card = page.locator('.node[data-id="encode"]');
  const box = (await card.boundingBox())!;
  assert.ok(box.height < 60 && box.width > 280, JSON.stringify(box));
  await page.waitForFunction(
    ([right, y]) => {
      const line = document.querySelector<SVGPathElement>('.link-frame[data-link="prior.text"] .link-line')!;
      const at = line.getPointAtLength(0).matrixTransform(line.getScreenCTM()!);
      return Math.abs(at.x - right!) < 14 && Math.abs(at.y - y!) < 30;
    },
    [box.x + box.width, box.y + box.height / 2] as const,
  );
});
