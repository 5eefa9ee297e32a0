// The process of one job about a model pack: what a checkpoint does to the runtime that tries it ends here. Started by `ModelJobs`.
import { once } from "node:events";
import { PackError } from "@clipwork/models";
import { hubOf } from "../hub/connection/settings.ts";
import type { Licence } from "../hub/licence.ts";
import { addPack } from "../packs/add-pack.ts";
import { verifyPack } from "../packs/verify-pack.ts";
import type { DownloadProgress } from "../wire/wire.ts";
import type { FromJob, JobOrder, ToJob } from "./job-protocol.ts";

/** A download is told of so often, in milliseconds. */
const progressEvery = 200;

const abort = new AbortController();
let answered: (accepted: boolean) => void = () => {};
const tell = (message: FromJob) => void (process.connected && process.send!(message));
const doing = (line: string) => tell({ doing: line });

process.on("disconnect", () => process.exit());

const [order] = (await once(process, "message")) as [JobOrder];
process.on("message", (message: ToJob) => {
  if ("answer" in message) answered(message.answer);
  else abort.abort();
});

try {
  if (order.kind === "verify") {
    await verifyPack(order.folder, { tell: doing, signal: abort.signal });
    tell({ done: {} });
  } else tell({ done: { pack: await add(order) } });
} catch (error) {
  if (!abort.signal.aborted) tell({ failed: describe(error) });
}
process.disconnect();

async function add({ source, dataFolder, hosts, choices }: JobOrder & { readonly kind: "add" }): Promise<string> {
  let told = 0;
  const onProgress = (progress: DownloadProgress) => {
    if (progress.done < progress.all && performance.now() - told < progressEvery) return;
    told = performance.now();
    tell({ progress });
  };
  const hub = hubOf(hosts);
  doing("looking at what the repository holds");
  const accepts = (licence: Licence) =>
    new Promise<boolean>((resolve) => {
      answered = (accepted) => {
        if (accepted) doing("downloading");
        resolve(accepted);
      };
      tell({ licence });
    });
  const { manifest } = await addPack(hub, {
    ...{ source, dataFolder, name: choices.name, variant: choices.variant, like: choices.for },
    sha256: choices.sha256,
    weights: choices.weights ?? "published",
    run: true,
    accepts,
    onProgress,
    tell: doing,
    signal: abort.signal,
  });
  return manifest.name;
}

/** A sentence for the user; a fault of the system's as it says it. */
function describe(error: unknown): { readonly message: string; readonly remedy: string } {
  if (error instanceof PackError) return { message: error.message, remedy: error.remedy };
  const { syscall, message, stack } = error as NodeJS.ErrnoException;
  if (syscall === undefined) process.stderr.write(`${stack}\n`);
  return { message: `The system refused: ${message}.`, remedy: "Mend that, and try again." };
}
