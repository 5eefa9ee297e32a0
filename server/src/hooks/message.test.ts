import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunRecord } from "../queue/port.ts";
import { messageId, messageOf, signed } from "./message.ts";

test("[N3] a message is signed as the example of Standard Webhooks is", () => {
  const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  const headers = signed("msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', key, 1_614_265_330_999);
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("[N3] the id of a message is that of its run and address, whenever it is made", () => {
  assert.equal(messageId("a", "https://x/"), messageId("a", "https://x/"));
  assert.notEqual(messageId("a", "https://x/"), messageId("a", "https://y/"));
  assert.notEqual(messageId("a", "https://x/"), messageId("b", "https://x/"));
});

test("a message says how a run ended and what it made, and is bounded", () => {
  const output = {
    node: "save",
    item: 0,
    name: "x",
    kind: "image",
    files: [],
    view: { kind: "text", text: "" },
  } as const;
  const run: RunRecord = {
    ...{ id: "r", state: "failed", title: "T", priority: "normal", created: 0, ended: 5000, error: "no" },
    ...{ fresh: false, attempts: 1, stopping: false, seq: 3, outputs: Array(500).fill(output) },
  };
  const { type, timestamp, data } = JSON.parse(messageOf(run));
  assert.deepEqual([type, timestamp], ["run.failed", "1970-01-01T00:00:05.000Z"]);
  assert.deepEqual([data.id, data.error, data.outputs.length, data.outputCount], ["r", "no", 200, 500]);
  assert.deepEqual(Object.keys(data.outputs[0]), ["node", "item", "name", "kind", "files"]);
});
