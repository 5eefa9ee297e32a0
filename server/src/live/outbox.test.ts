import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import { EventFeed } from "../queue/event-feed.ts";
import { writeEvent } from "../queue/log-effect.ts";
import type { RunSummary } from "../wire/wire.ts";
import { Outbox } from "./outbox.ts";

const run = "r";
const eventOf = (seq: number) => writeEvent({ event: "notice", message: "x", seq, run, time: 0 });
const frameOf = (node: string, step: number): Frame => ({
  run,
  node,
  item: 0,
  port: "image",
  step,
  steps: 9,
  bytes: Buffer.alloc(0),
});

/** An outbox on a log of that many events, and a line that takes one message each time it is freed. */
function onLine(events: number) {
  const log = { length: events };
  const sent: string[] = [];
  let free = 0;
  const take = (what: string) => {
    free--;
    sent.push(what);
  };
  const feed = new EventFeed({
    last: () => log.length,
    read: (_, after, limit) => Array.from({ length: log.length }, (_, i) => eventOf(i + 1)).slice(after, after + limit),
  });
  const outbox = new Outbox(feed, {
    idle: () => free > 0,
    event: ({ seq }) => take(`event ${seq}`),
    frame: ({ node, step }) => take(`frame ${node} ${step}`),
    run: ({ id, title }) => take(`run ${id} ${title}`),
    waiting: ({ paused, waiting, held }) =>
      take(`${waiting} wait${paused ? ", paused" : ""}${held ? `, ${held.message}` : ""}`),
    present: (documents) => take(`present ${documents.join(", ")}`),
    saved: (changes) => take(`saved ${changes.map(({ id, revision }) => `${id} ${revision}`).join(", ")}`),
  });
  const release = (count: number) => {
    free = count;
    outbox.flush();
    return sent.splice(0);
  };
  return {
    outbox,
    release,
    /** One more event. */
    append: () => feed.add(eventOf(++log.length)),
  };
}

/** The summary of a run, with a title that says which version of it this is. */
const summaryOf = (title: string) => async (id: string) =>
  ({ id, state: "running", title, priority: "normal", created: 0, outputs: [] }) satisfies RunSummary;

test("[W4] a line that is busy is sent nothing; then the newest frame a node, and every event once", () => {
  const { outbox, release, append } = onLine(0);
  outbox.follow(run, 0);
  for (let step = 1; step <= 1000; step++) {
    append();
    for (const node of ["a", "b"]) outbox.frame(frameOf(node, step));
  }
  assert.equal(outbox.waitingFrames, 2, "one a node, however many came");
  const sent = release(2000);
  assert.deepEqual(
    sent.slice(0, 1000),
    Array.from({ length: 1000 }, (_, i) => `event ${i + 1}`),
  );
  assert.deepEqual(sent.slice(1000), ["frame a 1000", "frame b 1000"]);
});

test("[W5] each time the line is free it takes what it can, and goes on there", () => {
  const { outbox, release } = onLine(5);
  outbox.follow(run, 2);
  assert.deepEqual(release(1), ["event 3"]);
  assert.deepEqual(release(0), []);
  assert.deepEqual(release(9), ["event 4", "event 5"]);
});

test("[W6] runs that changed are sent once, when the time has come, to those who follow the queue", async () => {
  const { outbox, release } = onLine(0);
  outbox.changed("early");
  outbox.followQueue();
  for (const id of ["one", "two", "one"]) outbox.changed(id);
  assert.deepEqual(release(9), []);
  await outbox.sendChanges(summaryOf("now"));
  assert.deepEqual(release(9), ["run one now", "run two now"]);
  await outbox.sendChanges(summaryOf("later"));
  assert.deepEqual(release(9), []);
});

test("[W12] who follows the queue hears how many wait and whether it is paused, at once and only if it is news", () => {
  const { outbox, release } = onLine(0);
  outbox.stands({ paused: false, waiting: 1 });
  assert.deepEqual(release(9), [], "nobody follows the queue yet");
  outbox.followQueue();
  outbox.stands({ paused: false, waiting: 1 });
  assert.deepEqual(release(9), ["1 wait"]);
  outbox.stands({ paused: false, waiting: 1 });
  assert.deepEqual(release(9), []);
  outbox.stands({ paused: false, waiting: 2 });
  outbox.stands({ paused: true, waiting: 2 });
  assert.deepEqual(release(9), ["2 wait, paused"], "of several the newest");
  const held = { message: "full", remedy: "Free some space." };
  for (const head of [
    { paused: true, waiting: 2, held },
    { paused: true, waiting: 2, held },
    { paused: true, waiting: 2 },
  ]) {
    outbox.stands(head);
    outbox.flush();
  }
  assert.deepEqual(
    release(9),
    ["2 wait, paused, full", "2 wait, paused"],
    "so is that it is held, and that it goes on",
  );
});

test("[W7] of a run that changes again while the line is busy the newest summary is sent, and of one that is gone none", async () => {
  const { outbox, release } = onLine(0);
  outbox.followQueue();
  for (const id of ["one", "gone"]) outbox.changed(id);
  await outbox.sendChanges(summaryOf("first"));
  outbox.changed("one");
  await outbox.sendChanges(summaryOf("second"));
  outbox.gone("gone");
  assert.deepEqual(release(9), ["run one second"]);
});

test("[W8] a viewer that left follows nothing, whatever he asked for before", () => {
  const { outbox, release, append } = onLine(2);
  outbox.follow(run, 0);
  outbox.close();
  outbox.follow(run, 0);
  append();
  assert.deepEqual([outbox.followed, release(9)], [0, []]);
});

test("[W9] a run that is no longer followed is not sent, nor its frames", () => {
  const { outbox, release } = onLine(3);
  outbox.follow(run, 0);
  outbox.frame(frameOf("a", 1));
  assert.deepEqual(release(1), ["event 1"]);
  outbox.unfollow(run);
  outbox.frame(frameOf("a", 2));
  assert.deepEqual(release(9), []);
});

test("[D6] of saved workflows the newest revision of each is sent as soon as the line is free, to those who follow the queue", () => {
  const { outbox, release } = onLine(0);
  outbox.saved({ id: "w", revision: 1 });
  assert.deepEqual(release(1), []);
  outbox.followQueue();
  release(0);
  for (let revision = 2; revision <= 500; revision++) outbox.saved({ id: "w", revision });
  outbox.saved({ id: "v", revision: 1 });
  assert.deepEqual(release(9), ["saved w 500, v 1"]);
  assert.deepEqual(release(9), []);
});

test("[W4] who has a document open is sent when the line is free, each document once", () => {
  const { outbox, release } = onLine(0);
  for (const document of ["x", "y", "x"]) outbox.present(document);
  assert.deepEqual([release(1), release(9)], [["present x, y"], []]);
});
