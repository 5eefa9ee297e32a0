// A worker that speaks the protocol and computes nothing; the order's document says how it behaves.
import type { RunEvent, RunEventBody } from "@clipwork/engine";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

let seq = 0;
const send = (message: FromWorker) => void process.send!(message);
const tell = (body: RunEventBody) =>
  send({ type: "event", event: { ...body, seq: ++seq, run: "r1", time: 1000 + seq } as RunEvent });
const end = (event: "run.finished" | "run.cancelled") => {
  tell({ event, executed: 1, cached: 0, outputs: [], ms: 1 });
  send({ type: "ended", provenance: { numerics: "none", nodePacks: [], stages: {}, versions: {} } });
};

process.on("message", (message: ToWorker) => {
  if (message.type === "cancel") return end("run.cancelled");
  switch (message.order.document) {
    case "invalid":
      return send({ type: "refused", problems: [] });
    case "fault":
      return send({ type: "fault", message: "out of luck" });
    case "exit":
      process.stderr.write("some words\nterminate called\n", () => process.exit(134));
      return;
  }
  seq = 0;
  tell({ event: "run.started", nodes: 3 });
  tell({ event: "node.cached", node: "early", item: 0 });
  tell({ event: "node.started", node: "quick", item: 0 });
  tell({ event: "node.finished", node: "quick", item: 0, ms: 1 });
  tell({ event: "node.started", node: "slow", item: 2 });
  if (message.order.document === "finish") end("run.finished");
});
