import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { QueueReply, WorkersReply } from "../../wire/wire.ts";
import { queueCommand } from "./queue.ts";
import { workersCommand } from "./workers.ts";

/** The address of a server that answers everything with this. */
async function answering(context: TestContext, answer: QueueReply | WorkersReply): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function terminal() {
  const out: string[] = [];
  return { out: (line: string) => void out.push(line), err: (line: string) => assert.fail(line), lines: out };
}

test("the workers are listed with what each has and does; of one that is gone it says since when", async (context) => {
  const about = { version: "1.0.0", provider: "cpu", memory: 8 * 2 ** 30, since: 0, heard: 3_661_000 };
  const server = await answering(context, {
    workers: [
      {
        ...about,
        id: "1",
        name: "a",
        pid: 7,
        packs: [{ name: "toybox", warm: true }],
        state: "busy",
        runs: [{ run: "r", since: 1000 }],
      },
      { ...about, id: "2", name: "b\u001b[2J", pid: 8, packs: [], state: "gone", runs: [] },
    ],
  });
  const said = terminal();
  assert.equal(await workersCommand(said, { server }), 0);
  assert.deepEqual(said.lines, [
    "1 worker.",
    "busy      a, process 7, cpu, version 1.0.0, 8.0 GiB, since 1970-01-01 00:00:00",
    "          packs: toybox (warm)",
    "          has run r since 1970-01-01 00:00:01",
    "gone      b\\u001b[2J, process 8, cpu, version 1.0.0, 8.0 GiB, since 1970-01-01 00:00:00; last heard of 1970-01-01 01:01:01",
    "          packs: none",
  ]);
});

test("[F2] a run for which there is no worker is listed with what it waits for", async (context) => {
  const held = { message: "It waits for a worker.", remedy: "Start one." };
  const run = { id: "r", state: "queued", title: "T", priority: "normal", created: 0, outputs: [], held } as const;
  const server = await answering(context, { paused: false, waiting: 1, running: [], next: [run] });
  const said = terminal();
  assert.equal(await queueCommand(said, "list", { server }), 0);
  assert.equal(said.lines[1], "      1  r  T. It waits for a worker. Start one.");
});
