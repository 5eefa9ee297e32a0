import assert from "node:assert/strict";
import { test } from "node:test";
import { settled, startEditor } from "../testing/start-editor.ts";
import { listedAtOnce } from "./queue.ts";

/** An editor whose queue is watched, with so many runs in it. */
async function waiting(count: number) {
  const started = await startEditor();
  const { editor, server, clock } = started;
  await editor.queue.setPaused(true);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) ids.push((await server.api.submit({ document: editor.workflow.present() })).id);
  const leave = editor.queue.watch();
  await settled();
  const order = () => editor.queue.get().next.map(({ id }) => id);
  const pass = async () => {
    clock.pass(1_000);
    await settled();
  };
  return { ...started, ids, order, leave, pass, queue: editor.queue };
}

test("the waiting runs are listed in their order, so many at first and more when asked for", async () => {
  const { queue, ids, order } = await waiting(listedAtOnce + 10);
  assert.deepEqual(order(), ids.slice(0, listedAtOnce));
  assert.deepEqual([queue.get().waiting, queue.get().paused], [ids.length, true]);
  queue.showMore();
  await settled();
  assert.deepEqual(order(), ids);
});

test("what is heard of runs that are not listed draws nothing again: a thousand that are cancelled are as many messages", async () => {
  const { queue, ids, editor, socket } = await waiting(listedAtOnce + 10);
  const run = editor.runs.get().list[0]!;
  let changes = 0;
  queue.listen(() => changes++);
  const [listed, beyond] = [ids[0]!, ids.at(-1)!];
  socket.hear("run", { ...run, id: beyond, state: "cancelled" });
  socket.hear("gone", beyond);
  assert.equal(changes, 0);
  socket.hear("run", { ...run, id: listed, state: "cancelled" });
  assert.deepEqual([changes, queue.get().next.length], [1, listedAtOnce - 1]);
});

test("a run that is put elsewhere stands there at once, says so, and does on the server", async () => {
  const { queue, server, ids, order } = await waiting(3);
  const [a, b, c] = ids as [string, string, string];
  const moved = queue.place(c, 0);
  assert.deepEqual([order(), queue.get().spoken], [[c, a, b], "It is next now."]);
  await moved;
  assert.deepEqual(
    (await server.api.queue(9)).next.map(({ id }) => id),
    [c, a, b],
  );
  await queue.place(c, 99);
  assert.deepEqual([order(), queue.get().spoken], [[a, b, c], "It has place 3 of 3 now."]);
  const asked = server.asked.length;
  await queue.place(c, 2);
  assert.equal(server.asked.length, asked, "where it stands it stays");
});

test("a place that the server refuses is taken back", async () => {
  const { queue, server, ids, order, editor } = await waiting(2);
  server.refuseNext("moveRun");
  await queue.place(ids[1]!, 0);
  assert.deepEqual(order(), ids);
  assert.equal(editor.messages.get().at(-1)!.text, "The server is busy.");
});

test("what others do to the queue is seen while somebody looks, and not asked for otherwise", async () => {
  const { queue, server, ids, order, pass, leave } = await waiting(3);
  await server.api.prioritizeRun(ids[2]!, "high");
  await server.api.cancel(ids[0]!);
  assert.deepEqual(order(), [ids[1], ids[2]], "one that no longer waits goes at once");
  await pass();
  assert.deepEqual(order(), [ids[2], ids[1]]);
  leave();
  const asked = server.asked.filter((name) => name === "queue").length;
  await server.api.cancel(ids[1]!);
  await pass();
  assert.equal(server.asked.filter((name) => name === "queue").length, asked);
  assert.equal(queue.get().waiting, 1, "how many wait is known all the same");
});

test("a run that begins leaves those that wait and is on top until it ends; all that wait are cancelled, all that ended cleared", async () => {
  const { queue, server, ids, order, editor } = await waiting(3);
  server.log(ids[0]!, { event: "run.started", nodes: 3 });
  assert.deepEqual([queue.get().running.map(({ id }) => id), order()], [[ids[0]], ids.slice(1)]);
  server.log(ids[0]!, { event: "run.finished", executed: 3, cached: 0, outputs: [], ms: 2 });
  assert.deepEqual(queue.get().running, []);
  await queue.cancelWaiting();
  assert.deepEqual([order(), queue.get().waiting], [[], 0]);
  await queue.retry(ids[0]!);
  await queue.remove(ids[1]!);
  await queue.removeEnded();
  assert.deepEqual(
    editor.runs.get().list.map(({ state }) => state),
    ["queued"],
  );
});

test("all that wait are gone from the list at once, and stay gone whatever is heard of one after the other; if the server refuses, they are back", async () => {
  const { queue, server, ids, socket, order } = await waiting(3);
  const counts: number[] = [];
  queue.listen(() => counts.push(queue.get().next.length + queue.get().waiting));
  const cancelled = queue.cancelWaiting();
  assert.deepEqual([order(), queue.get().waiting], [[], 0]);
  socket.hear("waiting", { paused: true, waiting: 2 });
  await cancelled;
  assert.deepEqual([...new Set(counts)], [0]);
  for (const id of ids) assert.equal((await server.api.run(id)).state, "cancelled");
  await queue.retry(ids[0]!);
  const before = order();
  assert.equal(before.length, 1);
  server.refuseNext("cancelWaiting");
  await queue.cancelWaiting();
  assert.deepEqual(order(), before);
});

test("a row whose run is as before is the same after the list was read again", async () => {
  const { queue, ids, order } = await waiting(3);
  const before = queue.get().next;
  await queue.prioritize(ids[2]!, "low");
  assert.deepEqual(order(), ids);
  const now = queue.get().next;
  assert.deepEqual(
    now.map((run, i) => run === before[i]),
    [true, true, false],
  );
});

test("why no run begins is shown as long as it is so, whether it is heard or read", async () => {
  const { queue, socket } = await waiting(1);
  const held = { message: "The disk is full.", remedy: "Free some space." };
  let changes = 0;
  queue.listen(() => changes++);
  for (let i = 0; i < 2; i++) socket.hear("waiting", { paused: true, waiting: 1, held });
  assert.deepEqual([queue.get().held, changes], [held, 1]);
  socket.hear("waiting", { paused: true, waiting: 1 });
  assert.equal(queue.get().held, undefined);
  socket.hear("waiting", { paused: true, waiting: 1, held });
  await queue.setPaused(false);
  assert.equal(queue.get().held, undefined, "the server's reply says nothing of it");
});
