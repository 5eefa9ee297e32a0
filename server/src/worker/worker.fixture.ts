// A worker that speaks the protocol and computes nothing; the order says how it behaves.
import type { RunEvent, RunEventBody } from "@clipwork/engine";
import type { ToWorker, WorkerMessage } from "./worker-protocol.ts";

let seq = 0;
let run = "";
const send = (message: WorkerMessage) => void process.send!({ run, ...message });
const tell = (body: RunEventBody) =>
  send({ type: "events", events: [{ ...body, seq: ++seq, run: "r1", time: 1000 + seq } as RunEvent] });
const end = (event: "run.finished" | "run.cancelled") => {
  tell({ event, executed: 1, cached: 0, outputs: [], ms: 1 });
  send({ type: "ended", provenance: { numerics: "none", nodePacks: [], stages: {}, versions: {} } });
};

process.on("message", (message: ToWorker) => {
  run = message.run;
  if (message.type === "cancel") return end("run.cancelled");
  if (message.type !== "start") return;
  const asked = Buffer.from(message.order.checked).toString();
  switch (asked) {
    case "invalid":
      return send({ type: "refused", problems: [] });
    case "foreign":
      for (const run of [undefined, "", "other"])
        for (const type of ["events", "ended", "refused", "fault", "outlook", "unforeseen"])
          process.send!({
            run,
            type,
            problems: [],
            message: "",
            events: [{ event: "notice", message: "" }],
          });
      for (const odd of [null, "ended", 3]) process.send!(odd);
      break;
    case "outputs": {
      seq = 0;
      tell({ event: "run.started", nodes: 1 });
      const file = { ending: ".bin", media: "application/octet-stream", bytes: new Uint8Array(5_000), content: "" };
      const output = { node: "save", port: "file", items: 9, name: "a", kind: "file", files: [file] };
      for (let item = 0; item < 9; item++)
        process.send!({ run, type: "output", output: { ...output, item } }, () => {
          if (item === 8) process.kill(process.pid, "SIGKILL");
        });
      return;
    }
    case "fonts":
      send({ type: "events", events: [{ event: "notice", message: process.env.FONTCONFIG_FILE ?? "" } as RunEvent] });
      break;
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
  if (asked === "watched") {
    send({ type: "outlook", ahead: new Map([["slow", { kind: "k", items: 2 }]]) });
    send({ type: "unforeseen", node: "early", kind: "e" });
    send({
      type: "events",
      events: [{ event: "node.values", values: { json: '[{"é":1}]', count: 1, artifacts: [] } }],
    });
  }
  if (asked !== "hang") end("run.finished");
});
