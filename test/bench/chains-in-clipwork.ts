import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunEnd, type NodeJson, type WorkflowJson } from "@clipwork/engine";
import sharp from "sharp";
import type { LoggedEvent, UploadReply } from "../../server/src/wire/wire.ts";
import { childrenOf } from "../cli/clipwork.fixture.ts";
import { startServer, submit, type TestServer, type Viewer } from "../server/server.fixture.ts";
import { processorMs } from "./machine.ts";
import { root, temporaryFolder } from "./places.ts";
import type { Chains } from "./small-runs.ts";

const examplePack = join(root, "test", "fixtures", "node-pack-example");

/** A picture that is printed in two inks again and again, each print from the one before it, and saved. The name is an ink of the first. */
export function chain(nodes: number, picture: string, name: number): WorkflowJson {
  const all: Record<string, NodeJson> = { n1: { type: "image.load", version: 1, params: { file: picture } } };
  for (let i = 2; i <= nodes; i++)
    all[`n${i}`] = {
      ...{ type: "duotone.print", version: 1, inputs: { image: `n${i - 1}.image` } },
      ...(i === 2 && { params: { dark: `#${name.toString(16).padStart(6, "0")}` } }),
    };
  const save: NodeJson = { type: "output.image", version: 1, inputs: { image: `n${nodes}.image` } };
  return { format: "clipwork/1", nodes: { ...all, save } };
}

/** What a workflow calls a picture of 64 × 64 pixels that the server has. */
async function uploadPicture({ url }: TestServer): Promise<string> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: "#3366aa" } });
  const headers = { "content-type": "image/png" };
  const body = await picture.png().toBuffer();
  const response = await fetch(`${url}/api/v1/uploads`, { method: "POST", headers, body });
  const { asset } = (await response.json()) as UploadReply;
  return `asset:${asset}`;
}

/** Waits for runs to finish, as a viewer hears of it. */
function waiter(viewer: Viewer): (run: string) => Promise<void> {
  const waiting = new Map<string, (end: LoggedEvent) => void>();
  const hear = (event: LoggedEvent) => {
    if (isRunEnd(event)) waiting.get(event.run)?.(event);
  };
  viewer.on("event", hear);
  return async (run) => {
    const { promise, resolve } = Promise.withResolvers<LoggedEvent>();
    waiting.set(run, resolve);
    viewer.emit("follow", run, 0, (reply) => {
      if ("events" in reply) reply.events.forEach(hear);
    });
    const end = await promise;
    viewer.emit("unfollow", run);
    waiting.delete(run);
    if (end.event !== "run.finished") throw new Error(`the run has ended with ${JSON.stringify(end)}`);
  };
}

/** A server with a data folder of its own, and viewers of its runs. */
export async function clipworkChains(context: { after(work: () => unknown): void }): Promise<Chains> {
  const data = temporaryFolder();
  writeFileSync(join(data, "config.json"), JSON.stringify({ nodePacks: [examplePack] }));
  const server = await startServer(context as never, { data });
  const picture = await uploadPicture(server);
  const runAnd = async (finished: (run: string) => Promise<void>, nodes: number, name: number) =>
    finished((await submit(server, chain(nodes, picture, name))).id);
  const finished = waiter(server.viewer());
  const { pid } = server.process;
  return {
    run: (nodes, name) => runAnd(finished, nodes, name),
    async runAll(nodes, names) {
      // One viewer asks for no more than some hundred things in ten seconds.
      const apart = waiter(server.viewer());
      await Promise.all(names.map((name) => runAnd(apart, nodes, name)));
    },
    processors: () => ({ server: processorMs(pid!), worker: processorMs(childrenOf(pid!)[0]!) }),
  };
}
