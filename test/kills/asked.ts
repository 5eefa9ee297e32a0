import { randomUUID } from "node:crypto";
import sharp from "sharp";
import type { RunSummary, UploadReply } from "../../server/src/wire/wire.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { submit, type TestServer } from "../server/server.fixture.ts";

/** What a round asks of the server, and the answers that it got: promises, from then on. */
export type Asked = {
  readonly seed: number;
  readonly workflow: string;
  readonly picture: Uint8Array;
  run?: string;
  /** The newest revision that was answered. */
  revision: number;
  upload?: UploadReply;
};

/** The short hierarchy, unlike that of every other seed from its prior on. */
export function documentOf(seed: number) {
  const document = shortHierarchy();
  for (const node of ["prior", "decode"]) document.nodes[node]!.params = { ...document.nodes[node]!.params, seed };
  return document;
}

export async function newAsked(seed: number): Promise<Asked> {
  const color = { r: seed & 255, g: (seed >> 8) & 255, b: (seed >> 16) & 255 };
  const picture = await sharp({ create: { width: 20, height: 10, channels: 3, background: color } })
    .png()
    .toBuffer();
  return { seed, workflow: randomUUID(), picture, revision: 0 };
}

/** The runs of that seed which the server knows. */
export async function runsOf(server: TestServer, seed: number): Promise<readonly RunSummary[]> {
  const { items } = (await server.json("GET", "/runs?limit=20")) as { items: readonly RunSummary[] };
  return items.filter((run) => run.seed === seed);
}

/**
 * Asks for all that was not answered yet, as a person who tries again does: a run only if the server has none of it. Rejects when the server
 * ends meanwhile.
 */
export async function ask(server: TestServer, asked: Asked): Promise<void> {
  const { seed, workflow, picture } = asked;
  if (asked.run === undefined) {
    const [there] = await runsOf(server, seed);
    asked.run = there?.id ?? (await submit(server, documentOf(seed))).id;
  }
  const title = `seed ${seed}`;
  const found = await server.ask("GET", `/workflows/${workflow}`);
  let revision: number = found.status === 200 ? ((await found.json()) as { revision: number }).revision : 0;
  if (revision === 0) {
    const first = { id: workflow, title, document: documentOf(seed) };
    revision = (await server.json("POST", "/workflows", first, 201)).revision;
  }
  asked.revision = Math.max(asked.revision, revision);
  if (revision === 1) {
    const second = { revision, title, document: documentOf(seed + 1) };
    asked.revision = (await server.json("PUT", `/workflows/${workflow}`, second)).revision;
  }
  if (asked.upload === undefined) {
    const headers = { "content-type": "image/png" };
    const answer = await fetch(`${server.url}/api/v1/uploads`, { method: "POST", headers, body: Buffer.from(picture) });
    if (!answer.ok) throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`);
    asked.upload = (await answer.json()) as UploadReply;
  }
}
