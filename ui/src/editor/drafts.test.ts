import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam, setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeBrowser, FakeClock, FakeDisk } from "../testing/fake-ports.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { type Started, settled, startEditor } from "../testing/start-editor.ts";
import { type DraftRecord, draftKey, pageKey } from "./drafts.ts";
import { tabTitle } from "./tabs.ts";
import { isKept, isUntouched, titleOf } from "./workflow.ts";

const titleIn = ({ editor }: Started) => editor.workflow.present().meta?.title;
const rename = ({ editor }: Started, title: string) => editor.workflow.edit((now) => setTitle(now, title));

/** What a page needs to come back: a browser whose clock and disk outlive it. */
const browser = () => ({ disk: new FakeDisk(), clock: new FakeClock(), server: new FakeServer() });

/** The titles of all drafts on the disk. */
function titles(disk: FakeDisk): string[] {
  return [...disk.records]
    .filter(([key]) => key.startsWith("draft "))
    .map(([, record]) => titleOf((record as DraftRecord).document));
}

test("a change is kept 0.2 seconds after it was made; changes in a row are kept once", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "a");
  world.clock.pass(150);
  rename(page, "ab");
  assert.deepEqual(titles(world.disk), []);
  world.clock.pass(50);
  await settled();
  assert.deepEqual(titles(world.disk), ["ab"]);
});

test("selecting nodes keeps nothing", async () => {
  const world = browser();
  const page = await startEditor(world);
  page.editor.workflow.select(["paint"]);
  world.clock.pass(1_000);
  assert.deepEqual(titles(world.disk), []);
});

test("a page that is left writes what it has not written yet", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "last words");
  await page.editor.drafts.flush();
  assert.deepEqual(titles(world.disk), ["last words"]);
});

test("a page that crashed is gone on with by the next one, which says so", async () => {
  const world = browser();
  const page = await startEditor(world);
  page.editor.workflow.edit((now) => setParam(now, { node: "caption", port: "text" }, "a cone"));
  page.close();
  const next = await startEditor(world);
  assert.equal(next.editor.workflow.present().nodes.caption!.params!.text, "a cone");
  assert.deepEqual(
    next.editor.messages.get().map(({ text }) => text),
    ["Your work of last time is here again."],
  );
});

test("two living pages never share a draft", async () => {
  const world = browser();
  const first = await startEditor(world);
  rename(first, "first");
  await first.editor.drafts.flush();
  const second = await startEditor(world);
  assert.equal(titleIn(second), "Painting");
  rename(second, "second");
  await second.editor.drafts.flush();
  assert.deepEqual(titles(world.disk).sort(), ["first", "second"]);
});

test("a reload goes on with the tab's own draft, though another is newer, and says nothing", async () => {
  const world = browser();
  const mine = await startEditor(world);
  const other = await startEditor(world);
  rename(mine, "mine");
  await mine.editor.drafts.flush();
  world.clock.pass(1_000);
  rename(other, "newer");
  other.close();
  mine.close();
  const reloaded = new FakeBrowser();
  reloaded.reloaded = true;
  const again = await startEditor({ ...world, tab: mine.tab, browser: reloaded });
  assert.equal(titleIn(again), "mine");
  assert.deepEqual(again.editor.messages.get(), []);
});

test("a draft keeps what of it the server has, and the run that was shown", async () => {
  const world = browser();
  const page = await startEditor(world);
  await page.editor.files.save();
  await page.editor.runs.submit();
  const run = page.editor.runs.get().shown!.run;
  const { id } = page.editor.workflow.get();
  page.close();
  const next = await startEditor(world);
  const now = next.editor.workflow.get();
  assert.deepEqual([now.id, now.saved?.revision, isKept(now)], [id, 2, true]);
  assert.equal(next.editor.runs.get().shown?.run, run);
});

test("all tabs of a page come back in their order, with the same one in front; what nobody would miss does not", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "a");
  page.editor.tabs.open({ ...painting, meta: { title: "b" } });
  page.editor.tabs.open({ ...painting, meta: { title: "c" } });
  page.editor.files.openNew();
  page.editor.tabs.turn(-1);
  page.editor.tabs.turn(-1);
  page.close();
  const next = await startEditor(world);
  assert.deepEqual(next.editor.tabs.all().map(tabTitle), ["a", "b", "c"]);
  assert.equal(titleIn(next), "b");
});

test("a document that was only opened is still untouched when it comes back", async () => {
  const world = browser();
  const page = await startEditor(world);
  page.editor.tabs.open({ ...painting, meta: { title: "a" } });
  page.close();
  const next = await startEditor(world);
  assert.equal(isUntouched(next.editor.workflow.get()), true);
  assert.deepEqual(next.editor.messages.get(), []);
});

test("a tab that is closed leaves no draft", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "a");
  world.clock.pass(200);
  await settled();
  await page.editor.files.close();
  await page.editor.drafts.flush();
  assert.deepEqual(titles(world.disk), []);
});

/** What pages that are gone have left: twenty-five of one document each. */
function leave(disk: FakeDisk, saved: NonNullable<DraftRecord["saved"]>): void {
  for (let i = 0; i < 25; i++) {
    const document = { ...painting, meta: { title: `old ${i}` } };
    disk.records.set(pageKey(`old-${i}`), { time: i, front: `d${i}`, tabs: [`d${i}`] });
    disk.records.set(draftKey(`old-${i}`, `d${i}`), { document, time: i, saved } satisfies DraftRecord);
  }
}

test("of pages that are gone twenty are kept, the newest ones", async () => {
  const world = browser();
  leave(world.disk, { revision: 1, kept: true });
  const page = await startEditor(world);
  assert.equal(titleIn(page), "old 24");
  assert.equal(titles(world.disk).length, 20);
  assert.equal(titles(world.disk).includes("old 4"), false);
});

test("what no server has is never thrown away", async () => {
  const world = browser();
  leave(world.disk, { revision: 1, kept: false });
  await startEditor(world);
  assert.equal(titles(world.disk).length, 25);
});

test("a draft that cannot be read is passed over", async () => {
  const world = browser();
  const record = (key: string, what: unknown) => world.disk.records.set(key, what);
  record(pageKey("old"), { time: 9e15, front: "torn", tabs: ["torn", "foreign", "gone", "good"] });
  record(draftKey("old", "torn"), { time: 1 });
  record(draftKey("old", "foreign"), { document: { format: "clipwork/9" }, time: 1 });
  record(draftKey("old", "good"), { document: { ...painting, meta: { title: "good" } }, time: 1 });
  record(pageKey("odd"), "nonsense");
  const page = await startEditor(world);
  assert.deepEqual(page.editor.tabs.all().map(tabTitle), ["good"]);
});

test("a browser that keeps no more drafts says so, and what to do", async () => {
  const world = browser();
  const page = await startEditor(world);
  world.disk.full = true;
  rename(page, "too much");
  world.clock.pass(200);
  await settled();
  const [message] = page.editor.messages.get();
  assert.match(message!.text, /has no room for more drafts/);
  assert.match(message!.more!, /Save the workflow/);
});

test("without locks a page has what its own tab remembers, and nothing of another's", async () => {
  const world = { ...browser(), locks: false };
  const page = await startEditor(world);
  rename(page, "mine");
  page.close();
  const stranger = await startEditor(world);
  assert.equal(titleIn(stranger), "Painting");
  const again = await startEditor({ ...world, tab: page.tab });
  assert.equal(titleIn(again), "mine");
});

test("what of each document is open, and where the canvas stands in it, come back with the page", async () => {
  const world = browser();
  const page = await startEditor(world);
  const { workflow, subgraphs, canvas } = page.editor;
  const places = [
    { k: 0.9, x: 5, y: 6 },
    { k: 0.5, x: -70, y: 8 },
  ];
  const show = (camera: unknown) => {
    canvas.attach({ camera: () => camera, boxes: () => new Map() } as never);
    canvas.showed(workflow.get().opened);
  };
  workflow.select(["paint"]);
  subgraphs.make();
  show(places[0]);
  subgraphs.open();
  show(places[1]);
  canvas.panned();
  world.clock.pass(200);
  await settled();
  page.close();
  const next = await startEditor(world);
  const now = next.editor.workflow.get();
  assert.deepEqual([now.path, now.camera], [["subgraph"], places[1]]);
  next.editor.subgraphs.leave();
  assert.deepEqual(next.editor.workflow.get().camera, places[0]);
});

test("a document whose page kept nothing of how it is looked at opens as any other", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "a");
  await page.editor.drafts.flush();
  const [key, record] = [...world.disk.records].find(([name]) => name.startsWith(pageKey("")))!;
  const { views: _, ...older } = record as { readonly views?: unknown };
  world.disk.records.set(key, older);
  page.close();
  const next = await startEditor(world);
  assert.deepEqual([titleIn(next), next.editor.workflow.get().path], ["a", []]);
});
