import assert from "node:assert/strict";
import { test } from "node:test";
import { follower } from "./follow.ts";
import { ClipworkError } from "./runs.ts";

type Logged = { readonly seq: number; readonly run: string; readonly event: string };

const log = (...events: string[]): Logged[] => events.map((event, index) => ({ seq: index + 1, run: "r", event }));

/** A socket of the test's: it connects and answers when the test says so, from a log that grows. */
function line(history: Logged[]) {
  const hearers = new Map<string, (...args: never[]) => void>();
  const said: string[] = [];
  const socket = {
    connected: false,
    on(name: string, hear: (...args: never[]) => void) {
      hearers.set(name, hear);
      return socket;
    },
    emit(name: string, ...[run, after, reply]: [string, number?, ((reply: object) => void)?]) {
      said.push([name, run, after].filter((part) => part !== undefined).join(" "));
      if (name === "follow") reply!(answer(after!));
      return socket;
    },
    connect() {
      socket.connected = true;
      said.push("connect");
      hear("connect");
      return socket;
    },
    disconnect() {
      socket.connected = false;
      said.push("disconnect");
      return socket;
    },
  };
  let answer = (after: number): object => ({ events: history.filter(({ seq }) => seq > after), seq: history.length });
  const hear = (name: string, ...args: unknown[]) => hearers.get(name)?.(...(args as never[]));
  const refuse = (detail: string) => {
    answer = () => ({ detail, remedy: "Look." });
  };
  return { socket: socket as never, hear, said, refuse, history };
}

test("what was logged before and what follows is heard once, in order, without what a server adds to show it", async () => {
  const { socket, hear, said } = line(log("run.queued", "run.started"));
  const heard: string[] = [];
  const end = follower(socket).until("r", ({ event }) => heard.push(event));
  assert.deepEqual(said, ["connect", "follow r 0"]);
  hear("event", { seq: 2, run: "r", event: "run.started" });
  hear("event", { seq: 3, run: "r", event: "node.preview" });
  hear("event", { seq: 1, run: "another", event: "run.started" });
  hear("event", { seq: 4, run: "r", event: "run.finished" });
  assert.equal((await end).event, "run.finished");
  assert.deepEqual(heard, ["run.queued", "run.started", "run.finished"]);
  assert.deepEqual(said.slice(2), ["unfollow r", "disconnect"], "the line is closed after the last run");
});

test("what was missed is asked for: after a gap, and after a lost connection", async () => {
  const { socket, hear, said, history } = line(log("run.queued"));
  const heard: number[] = [];
  const end = follower(socket).until("r", ({ seq }) => heard.push(seq));
  history.push({ seq: 2, run: "r", event: "run.started" }, { seq: 3, run: "r", event: "node.started" });
  hear("event", history[2]);
  assert.deepEqual(heard, [1, 2, 3]);
  history.push({ seq: 4, run: "r", event: "run.cancelled" });
  hear("connect");
  assert.equal((await end).event, "run.cancelled");
  assert.deepEqual(
    said.filter((what) => what.startsWith("follow")),
    ["follow r 0", "follow r 1", "follow r 3"],
  );
});

test("a run that may not be followed, was deleted, or is left when the client is closed rejects", async () => {
  const refused = line([]);
  refused.refuse("There is no such run.");
  const rejects = (end: Promise<unknown>, message: RegExp) =>
    assert.rejects(end, (error) => error instanceof ClipworkError && message.test(error.message));
  await rejects(
    follower(refused.socket).until("r", () => {}),
    /no such run/,
  );
  const deleted = line([]);
  const end = follower(deleted.socket).until("r", () => {});
  deleted.hear("gone", "r");
  await rejects(end, /deleted/);
  const closed = line([]);
  const follow = follower(closed.socket);
  const left = follow.until("r", () => {});
  follow.close();
  await rejects(left, /closed/);
});
