// The thread in which a server reads and checks documents, and makes reports of runs, however large they are. Started by `Checker`.
import { flushCompileCache } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { catalogueJson, kindsJson } from "@clipwork/engine";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { describeNodePacks } from "../installed/describe-node-packs.ts";
import { loadNodeLibrary } from "../installed/node-library.ts";
import { diskStore } from "../values/disk-store.ts";
import type { CheckerSetup, FromChecker, Ready, ToChecker } from "./checker-protocol.ts";
import { Checks } from "./checks.ts";
import { Reports } from "./reports.ts";

/** Documents that passed are remembered this long after the last one was asked for. */
const rememberMs = 60_000;

const { setup, values, artifacts } = workerData as CheckerSetup;
const { store } = setup;
const port = parentPort!;
const nodes = await loadNodeLibrary(setup.nodePacks, setup.refused);
const files =
  store === undefined
    ? artifactFiles(artifacts)
    : (await import("../artifacts/s3/shared-artifacts.ts")).sharedArtifacts(artifacts, store);
const checks = new Checks({ setup: { ...setup, nodes }, artifacts: files, store: diskStore(values) });
const reports = new Reports({ artifacts: files, titleOf: (type) => nodes.catalogue.get(type)?.title });
let forgetting: NodeJS.Timeout | undefined;

async function answer(message: ToChecker): Promise<FromChecker> {
  const { id } = message;
  try {
    switch (message.kind) {
      case "read":
        return { id, answer: checks.read(message.ask) };
      case "inspect":
        return { id, answer: checks.inspect(message.ask) };
      case "check":
        return { id, answer: await checks.check(message.ask) };
      case "packs":
        return { id, answer: await checks.packs() };
      case "offer":
        return { id, answer: await checks.offer() };
      case "log":
        return { id, answer: reports.read(message.ask) };
      case "report":
        return { id, answer: await reports.make(message.ask) };
    }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function forget(): void {
  checks.forget();
  reports.forget();
}

const ready: Ready = {
  nodes: catalogueJson(nodes.catalogue),
  kinds: kindsJson(nodes.catalogue),
  problems: nodes.problems,
  nodePacks: await describeNodePacks(nodes.packs),
};
// Before any answer, also to calls that have been waiting since the thread began: the first that it says is taken for this.
port.postMessage(ready);
port.on("message", (message: ToChecker) => {
  clearTimeout(forgetting);
  forgetting = setTimeout(forget, rememberMs).unref();
  void answer(message).then((reply) => port.postMessage(reply));
});
// For the next start, however this thread ends.
flushCompileCache();
