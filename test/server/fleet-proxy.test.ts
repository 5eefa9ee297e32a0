// Several servers behind the real nginx, as docs/several-machines.md sets it up; with TLS left out.
import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isRunEnd } from "@clipwork/engine";
import { io } from "socket.io-client";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet } from "./fleet.fixture.ts";
import { exampleOf, skipWithout, startNginx, trusting } from "./proxy.fixture.ts";
import { askRaw } from "./raw.fixture.ts";
import type { Viewer } from "./server.fixture.ts";

const skip = skipFleet || skipWithout("nginx", "-v");

/** Somebody whose machine has that address. */
function person(context: TestContext, url: string, token: string, localAddress: string) {
  const headers = { host: "gpu.example", authorization: `Bearer ${token}` };
  return {
    ask: (path: string, document?: object) =>
      askRaw(url, {
        path: `/api/v1${path}`,
        localAddress,
        ...(document && { method: "POST", body: JSON.stringify(document) }),
        headers: { ...headers, ...(document && { "content-type": "application/json" }) },
      }),
    /** All events of a run until its end, as a page gets them: when its line breaks it connects again, and asks for what it missed. */
    async watch(
      run: string,
      onEvent: (event: LoggedEvent) => void = () => {},
    ): Promise<{ readonly events: readonly LoggedEvent[]; readonly connected: number }> {
      const agent = new Agent({ localAddress } as object);
      const socket: Viewer = io(url, {
        transports: ["websocket"],
        forceNew: true,
        extraHeaders: headers,
        agent,
      } as object);
      context.after(() => void socket.disconnect());
      const events: LoggedEvent[] = [];
      let connected = 0;
      await new Promise<void>((resolve) => {
        const hear = (event: LoggedEvent) => {
          events.push(event);
          onEvent(event);
          if (isRunEnd(event)) resolve();
        };
        socket.on("event", hear);
        socket.on("connect", () => {
          connected++;
          socket.emit("follow", run, events.at(-1)?.seq ?? 0, (reply) => {
            if ("events" in reply) reply.events.forEach(hear);
          });
        });
      });
      socket.disconnect();
      return { events, connected };
    },
  };
}

test("[A10] behind one nginx each person stays with a server; when it is killed, another one tells them the rest, without a gap", {
  skip,
}, async (context) => {
  const fleet = await startFleet(context);
  const args = [...fleet.args, ...trusting];
  const one = await fleet.server({ args });
  const data = join(folderFor(context), "data");
  mkdirSync(data);
  cpSync(join(one.data, "token"), join(data, "token"));
  const other = await fleet.server({ args, data });
  const servers = { "10.0.0.11:4747": one, "10.0.0.12:4747": other };
  let blocks = exampleOf("nginx", "several-machines");
  for (const [address, { url }] of Object.entries(servers)) blocks = blocks.replaceAll(address, new URL(url).host);
  const url = await startNginx(context, blocks);

  const token = new URL(one.address).searchParams.get("token")!;
  const saved = await askRaw(one.url, {
    method: "POST",
    path: "/api/v1/workflows",
    body: JSON.stringify({ title: "Cubes", document: shortHierarchy() }),
    headers: { host: "gpu.example", authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
  assert.equal(saved.status, 201, saved.text);
  const { id: workflow } = JSON.parse(saved.text);
  /** People by whether they are sent to the first server, which has the workflow. */
  const people = Map.groupBy(
    await Promise.all(
      Array.from({ length: 16 }, async (_, i) => {
        const who = person(context, url, token, `127.0.0.${i + 2}`);
        const looks = await Promise.all(Array.from({ length: 4 }, () => who.ask(`/workflows/${workflow}`)));
        const statuses = new Set(looks.map(({ status }) => status));
        assert.equal(statuses.size, 1, "all that a person asks comes to the same server");
        return { who, isFirst: statuses.has(200) };
      }),
    ),
    ({ isFirst }) => isFirst,
  );
  const [staying, losing] = [people.get(true)![0]!.who, people.get(false)![0]!.who];

  await fleet.worker();
  const document = shortHierarchy();
  document.nodes.decode!.params = { ...document.nodes.decode!.params, steps: 400 };
  const { id: run } = JSON.parse((await losing.ask("/runs", { document })).text);
  const decoding = Promise.withResolvers<void>();
  const hear = ({ event, node }: { event: string; node?: string }) => {
    if (event === "node.started" && node === "decode") decoding.resolve();
  };
  const logs = [staying.watch(run), losing.watch(run, hear)];
  await decoding.promise;
  await other.kill("SIGKILL");
  const [kept, moved] = await Promise.all(logs);
  assert.deepEqual([kept!.connected, moved!.connected >= 2], [1, true]);
  assert.deepEqual(moved!.events, kept!.events);
  assert.deepEqual(
    kept!.events.map(({ seq }) => seq),
    kept!.events.map((_, i) => i + 1),
  );
  assert.equal(kept!.events.at(-1)!.event, "run.finished");
  const { outputs } = JSON.parse((await losing.ask(`/runs/${run}`)).text);
  assert.equal((await losing.ask(`/artifacts/${outputs[0].picture}`)).status, 200);
});
