import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { RunEvent } from "@clipwork/engine";
import { type RunResult, startWorker, type WatchOptions, type Worker } from "./worker.ts";
import { isShown, type OutputFiles, type RunOrder, type Shown } from "./worker-protocol.ts";

const order = (asked: string): RunOrder => ({ checked: Buffer.from(asked), values: "", fresh: false });

function worker(context: TestContext): Worker {
  const started = startWorker(
    { device: { provider: "cpu", numerics: "none" }, nodePacks: [] },
    join(import.meta.dirname, "worker.fixture.ts"),
  );
  context.after(() => started.kill());
  return started;
}

/** Runs an order, and does something as soon as the node "slow" runs. */
async function runUntilSlow(
  worker: Worker,
  act: () => void,
  options?: WatchOptions,
): Promise<{ result: RunResult; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const result = await worker.run(
    order("hang"),
    (event) => {
      if (isShown(event)) return;
      events.push(event);
      if (event.event === "node.started" && event.node === "slow") act();
    },
    options,
  );
  return { result, events };
}

test("a run gives its events and its end, and the process serves the next run", async (context) => {
  const subject = worker(context);
  assert.equal(subject.pid, undefined);
  const seen: string[] = [];
  const result = await subject.run(order("finish"), (event) => seen.push(event.event));
  const { pid } = subject;
  assert.ok("end" in result);
  assert.equal(result.end.event, "run.finished");
  assert.equal(result.provenance?.numerics, "none");
  assert.equal(seen.at(0), "run.started");
  assert.equal(seen.at(-1), "run.finished");
  await subject.run(order("finish"), () => {});
  assert.equal(subject.pid, pid);
});

test("a killed process fails the node that was running, and the next run gets a new process", async (context) => {
  const subject = worker(context);
  let killed: number | undefined;
  const { result, events } = await runUntilSlow(subject, () => {
    killed = subject.pid;
    process.kill(killed!, "SIGKILL");
  });
  assert.ok("end" in result);
  assert.deepEqual(
    { event: result.end.event, executed: result.end.executed, cached: result.end.cached },
    { event: "run.failed", executed: 2, cached: 1 },
  );
  const failed = events.filter((event) => event.event === "node.failed");
  assert.deepEqual(
    failed.map(({ node, item }) => [node, item]),
    [["slow", 2]],
  );
  assert.match(failed[0]!.message, /ended unexpectedly \(signal SIGKILL\)/);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, i) => i + 1),
  );
  const next = await subject.run(order("finish"), () => {});
  assert.ok("end" in next && next.end.event === "run.finished");
  assert.notEqual(subject.pid, killed);
});

test("an abort is passed on, and the worker ends the run", async (context) => {
  const subject = worker(context);
  const stop = new AbortController();
  const { result } = await runUntilSlow(subject, () => stop.abort(), { signal: stop.signal });
  assert.ok("end" in result);
  assert.equal(result.end.event, "run.cancelled");
  assert.ok(result.provenance);
});

test("an abort that came before the order is passed on too", { timeout: 20_000 }, async (context) => {
  const result = await worker(context).run(order("hang"), () => {}, { signal: AbortSignal.abort() });
  assert.ok("end" in result);
  assert.equal(result.end.event, "run.cancelled");
});

test("a process that is killed after an abort has cancelled its run", async (context) => {
  const subject = worker(context);
  const stop = new AbortController();
  const { result, events } = await runUntilSlow(
    subject,
    () => {
      subject.kill();
      stop.abort();
    },
    { signal: stop.signal },
  );
  assert.ok("end" in result);
  assert.equal(result.end.event, "run.cancelled");
  assert.equal(events.filter(({ event }) => event === "node.failed").length, 0);
});

test("the last words of a dying process are reported", async (context) => {
  const notices: string[] = [];
  const result = await worker(context).run(order("exit"), (event) => {
    if (event.event === "notice") notices.push(event.message);
  });
  assert.ok("end" in result && result.end.event === "run.failed");
  assert.equal(notices.length, 1);
  assert.match(notices[0]!, /exit code 134: terminate called/);
});

test("what a process sent before it was killed arrives before its run ends", {
  skip: process.platform !== "linux",
}, async (context) => {
  const subject = worker(context);
  const items: number[] = [];
  const onOutput = ({ item }: OutputFiles) => void items.push(item);
  const listen = (event: RunEvent | Shown) => {
    // Keeps this process busy until the other is gone, so that its end and its last words are found at once.
    while (event.event === "run.started" && !/\) Z /.test(readFileSync(`/proc/${subject.pid}/stat`, "utf8")));
  };
  const result = await subject.run(order("outputs"), listen, { onOutput });
  assert.ok("end" in result && result.end.event === "run.failed");
  assert.deepEqual(items, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a worker draws text with the fonts that come with Clipwork, unless its environment names others", async (context) => {
  const fonts = async () => {
    const notices: string[] = [];
    await worker(context).run(order("fonts"), (event) => {
      if (event.event === "notice") notices.push(event.message);
    });
    return notices[0]!;
  };
  const before = process.env.FONTCONFIG_FILE;
  context.after(() => {
    if (before === undefined) delete process.env.FONTCONFIG_FILE;
    else process.env.FONTCONFIG_FILE = before;
  });
  delete process.env.FONTCONFIG_FILE;
  const own = await fonts();
  assert.match(own, /nodes[\\/]fonts\.conf$/);
  assert.ok(existsSync(own));
  process.env.FONTCONFIG_FILE = "/elsewhere.conf";
  assert.equal(await fonts(), "/elsewhere.conf");
});

test("problems found by the worker come back as problems, its own faults as errors", async (context) => {
  const subject = worker(context);
  assert.deepEqual(await subject.run(order("invalid"), () => {}), { problems: [] });
  await assert.rejects(
    subject.run(order("fault"), () => {}),
    /out of luck/,
  );
});

test("messages without the token of the run are nobody's", async (context) => {
  const events: string[] = [];
  const result = await worker(context).run(order("foreign"), ({ event }) => void events.push(event), {
    onOutlook: () => assert.fail("an outlook that the worker did not send"),
  });
  assert.ok("end" in result && result.end.event === "run.finished");
  assert.equal(events.length, 6);
});

test("a watched run says what it is expected to do", async (context) => {
  const heard: unknown[] = [];
  const hear = (event: RunEvent | Shown) => void (event.event === "node.values" && heard.push(event));
  await worker(context).run(order("watched"), hear, {
    onOutlook: (ahead) => void heard.push(ahead),
    onUnforeseen: (node, kind) => void heard.push([node, kind]),
  });
  const values = { event: "node.values", values: { json: '[{"é":1}]', count: 1, artifacts: [] } };
  assert.deepEqual(heard, [new Map([["slow", { kind: "k", items: 2 }]]), ["early", "e"], values]);
});

test("several runs at once: each hears its own messages, all lose a killed process, and one that was cancelled is cancelled", async (context) => {
  const subject = worker(context);
  const abort = new AbortController();
  const events: string[][] = [[], [], []];
  const hanging = Promise.withResolvers<void>();
  let begun = 0;
  const hang = (i: number, signal?: AbortSignal) =>
    subject.run(
      order("hang"),
      ({ event }) => {
        events[i]!.push(event);
        if (event === "node.started" && events[i]!.filter((one) => one === event).length === 2 && ++begun === 2)
          hanging.resolve();
      },
      signal && { signal },
    );
  const [first, second] = [hang(0), hang(1, abort.signal)];
  await hanging.promise;
  const third = await subject.run(order("finish"), ({ event }) => void events[2]!.push(event));
  assert.ok("end" in third && third.end.event === "run.finished");
  assert.equal(events[2]!.at(-1), "run.finished");
  assert.deepEqual([events[0]!.at(-1), events[1]!.at(-1)], ["node.started", "node.started"]);
  abort.abort();
  subject.kill();
  const ends = (await Promise.all([first, second])).map((result) => "end" in result && result.end.event);
  assert.deepEqual(ends, ["run.failed", "run.cancelled"]);
});

test("a process that cannot be started costs one run: the next one starts it again", async (context) => {
  const subject = worker(context);
  const { execPath } = process;
  context.after(() => {
    process.execPath = execPath;
  });
  process.execPath = join(import.meta.dirname, "no-such-program");
  // As a server does when it starts: nobody waits for the process yet.
  subject.boot();
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(
    subject.run(order("finish"), () => {}),
    /ENOENT/,
  );
  process.execPath = execPath;
  assert.ok("end" in (await subject.run(order("finish"), () => {})));
});

test("a closed worker leaves no process", async (context) => {
  const subject = worker(context);
  await subject.run(order("finish"), () => {});
  await subject.close();
  assert.equal(subject.pid, undefined);
});
