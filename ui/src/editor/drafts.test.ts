import assert from "node:assert/strict";
import { test } from "node:test";
import { setParam, setTitle } from "../document/edit.ts";
import { painting } from "../testing/catalogue.ts";
import { FakeBrowser, FakeClock, FakeDisk } from "../testing/fake-ports.ts";
import { FakeServer } from "../testing/fake-server.ts";
import { type Started, startEditor } from "../testing/start-editor.ts";

const titleOf = ({ editor }: Started) => editor.workflow.present().meta?.title;
const rename = ({ editor }: Started, title: string) => editor.workflow.edit((now) => setTitle(now, title));

/** What a page needs to come back: a browser whose clock and disk outlive it. */
const browser = () => ({ disk: new FakeDisk(), clock: new FakeClock(), server: new FakeServer() });

/** The titles of all drafts on the disk. */
function titles(disk: FakeDisk): string[] {
  return [...disk.texts]
    .filter(([key]) => key.startsWith("clipwork.draft."))
    .map(([, text]) => JSON.parse(text).document.meta.title);
}

test("a change is kept 0.2 seconds after it was made; changes in a row are kept once", async () => {
  const world = browser();
  const page = await startEditor(world);
  rename(page, "a");
  world.clock.pass(150);
  rename(page, "ab");
  assert.deepEqual(titles(world.disk), []);
  world.clock.pass(50);
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
  page.editor.drafts.flush();
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
  first.editor.drafts.flush();
  const second = await startEditor(world);
  assert.equal(titleOf(second), "Painting");
  rename(second, "second");
  second.editor.drafts.flush();
  assert.deepEqual(titles(world.disk).sort(), ["first", "second"]);
});

test("a reload goes on with the tab's own draft, though another is newer, and says nothing", async () => {
  const world = browser();
  const mine = await startEditor(world);
  const other = await startEditor(world);
  rename(mine, "mine");
  mine.editor.drafts.flush();
  world.clock.pass(1_000);
  rename(other, "newer");
  other.close();
  mine.close();
  const reloaded = new FakeBrowser();
  reloaded.reloaded = true;
  const again = await startEditor({ ...world, tab: mine.tab, browser: reloaded });
  assert.equal(titleOf(again), "mine");
  assert.deepEqual(again.editor.messages.get(), []);
});

test("a draft keeps where the server has the document, and the run that was shown", async () => {
  const world = browser();
  const page = await startEditor(world);
  await page.editor.files.save();
  await page.editor.runs.submit();
  const run = page.editor.runs.get().shown!.run;
  page.close();
  const next = await startEditor(world);
  assert.equal(next.editor.workflow.get().saved?.revision, 1);
  assert.equal(next.editor.runs.get().shown?.run, run);
});

test("of pages that are gone twenty drafts are kept, the newest ones", async () => {
  const world = browser();
  for (let i = 0; i < 25; i++) {
    const document = { ...painting, meta: { title: `old ${i}` } };
    world.disk.texts.set(`clipwork.draft.old-${i}`, JSON.stringify({ document, time: i }));
  }
  const page = await startEditor(world);
  assert.equal(titleOf(page), "old 24");
  assert.equal(titles(world.disk).length, 20);
  assert.equal(titles(world.disk).includes("old 4"), false);
});

test("a draft that cannot be read is passed over", async () => {
  const world = browser();
  world.disk.texts.set("clipwork.draft.torn", '{"document":{"for');
  world.disk.texts.set("clipwork.draft.foreign", JSON.stringify({ document: { format: "clipwork/9" }, time: 9e15 }));
  const page = await startEditor(world);
  assert.equal(titleOf(page), "Painting");
});

test("a browser that keeps no more drafts says so, and what to do", async () => {
  const world = browser();
  const page = await startEditor(world);
  world.disk.full = true;
  rename(page, "too much");
  world.clock.pass(200);
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
  assert.equal(titleOf(stranger), "Painting");
  const again = await startEditor({ ...world, tab: page.tab });
  assert.equal(titleOf(again), "mine");
});
