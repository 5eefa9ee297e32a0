import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { receiver } from "../../server/src/hooks/receiver.fixture.ts";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit } from "./server.fixture.ts";

const key = Buffer.alloc(32, 9);
const secret = `whsec_${key.toString("base64")}`;

test("a run's end reaches a receiver that fails twice, although the server is killed in between", async (context) => {
  const { url, received, come } = await receiver(context, (before) => [503, 0][before] ?? 200);
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), JSON.stringify({ webhooks: [{ url, secret, private: true }] }));
  const first = await startServer(context, { data });
  const { id } = await submit(first, shortHierarchy());
  await first.watch(id);
  await come(1);
  await first.kill("SIGKILL");
  const second = await startServer(context, { data });
  await come(3);
  const metric = async () => (await (await second.ask("GET", "/metrics")).text()).split("\n");
  while (!(await metric()).includes('clipwork_webhook_attempts_total{outcome="delivered"} 1'));
  assert.ok((await metric()).includes("clipwork_webhook_waiting 0"));

  assert.equal(received.length, 3);
  const [{ body }] = received as [(typeof received)[0]];
  const { type, data: about } = JSON.parse(body);
  assert.deepEqual([type, about.id, about.state, about.outputs[0].node], ["run.finished", id, "finished", "save"]);
  const picture = about.outputs[0].files[0].hash;
  assert.equal((await second.ask("GET", `/artifacts/${picture}`)).status, 200);
  for (const { headers, body: again } of received) {
    assert.equal(again, body);
    assert.equal(headers["webhook-id"], received[0]!.headers["webhook-id"]);
    const signing = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const expected = createHmac("sha256", key).update(signing).digest("base64");
    assert.equal(headers["webhook-signature"], `v1,${expected}`);
  }
});

test("no workflow and no request names an address that is told of anything", async (context) => {
  const { url, received } = await receiver(context, () => 200);
  const server = await startServer(context);
  for (const body of [{ webhook: url }, { webhooks: [{ url, secret, private: true }] }, { callback: url }]) {
    const answer = await server.ask("POST", "/runs", { document: shortHierarchy(), ...body });
    assert.equal(answer.status, 400);
  }
  const document = { ...shortHierarchy(), webhooks: [{ url, secret }], meta: { webhook: url } };
  const { id } = await submit(server, document);
  await server.watch(id);
  await server.kill("SIGTERM");
  assert.equal(received.length, 0);
});
