import { hash } from "node:crypto";
import { once } from "node:events";
import { globSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Hub } from "./connection/settings.ts";

const checkpoints = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "checkpoints");

export const commit = "0123456789abcdef0123456789abcdef01234567";

/** One request that came to the hub or to where it keeps large files. */
export type Asked = {
  readonly host: "hub" | "files";
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
};

export type FakeRepository = {
  readonly files: Map<string, Buffer>;
  /** Fields of the API's answer to be other than they are; called with the answer. */
  change?: (answer: { siblings: { [field: string]: unknown }[]; [field: string]: unknown }) => void;
  /** The token without which it is not shown. */
  token?: string;
  /** An account that has not accepted its conditions is refused. */
  gated?: true;
};

/** A hub on this machine that speaks the protocol of Hugging Face, and a second server for large files. */
export type FakeHub = {
  readonly endpoint: string;
  /** Host and port of the server for large files. */
  readonly filesHost: string;
  readonly asked: Asked[];
  readonly repositories: Map<string, FakeRepository>;
  /** After so many bytes the next answers for large files break off, one after the other. */
  readonly cuts: number[];
  /** After so many bytes the next answers for large files say nothing more, one after the other. */
  readonly holds: number[];
  /** Where large files lie instead. */
  redirect: ((sha256: string) => string) | undefined;
  /** Waits before each 64 kB of a large file. */
  pauseMs: number;
  close(): Promise<void>;
};

/** What a small checkpoint of the fixtures consists of, with a model card. */
export function filesOf(
  name: string,
  card = "---\nlicense: creativeml-openrail-m\n---\n# A model\n",
): Map<string, Buffer> {
  const folder = join(checkpoints, name);
  const paths = globSync("**/*", { cwd: folder }).filter((path) => statSync(join(folder, path)).isFile());
  const files = paths.sort().map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path))] as const);
  return new Map([["README.md", Buffer.from(card)], ...files]);
}

/** Starts one with the repository `someone/small-karlo`. */
export async function startHub(context: { after(work: () => Promise<void>): void }): Promise<FakeHub> {
  const asked: Asked[] = [];
  const [cuts, holds]: [number[], number[]] = [[], []];
  const repositories = new Map<string, FakeRepository>([["someone/small-karlo", { files: filesOf("small-karlo") }]]);
  const blobs = () => [...repositories.values()].flatMap(({ files }) => [...files.values()]);

  const note = (host: Asked["host"], { url = "", headers }: IncomingMessage) =>
    asked.push({ host, path: url, range: headers.range, authorization: headers.authorization });

  const files = createServer(async (request, response) => {
    note("files", request);
    const sha256 = /^\/blobs\/([0-9a-f]{64})/.exec(request.url ?? "")?.[1];
    const content = blobs().find((bytes) => hash("sha256", bytes) === sha256);
    if (!content) return void response.writeHead(404).end();
    await sendFile(response, content, {
      range: request.headers.range,
      cut: cuts.shift(),
      hold: holds.shift(),
      pauseMs: hub.pauseMs,
    });
  });
  const api = createServer(async (request, response) => {
    note("hub", request);
    const path = decodeURIComponent((request.url ?? "").split("?")[0]!);
    const [, id = ""] = /^\/(?:api\/models\/)?([^/]+\/[^/]+)/.exec(path) ?? [];
    const repository = repositories.get(id);
    const given = request.headers.authorization;
    const refuse = (status: number, code: string) =>
      void response.writeHead(status, { "x-error-code": code }).end("{}");
    if (given !== undefined && given !== `Bearer ${repository?.token ?? "hf_good"}`) return refuse(401, "Unauthorized");
    if (!repository || (repository.token !== undefined && given === undefined)) return refuse(401, "RepoNotFound");
    if (/^\/api\/models\/[^/]+\/[^/]+\/revision\/(main|[0-9a-f]{40})$/.test(path)) {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify(listing(id, repository)));
    }
    const [, file = ""] = /^\/[^/]+\/[^/]+\/resolve\/[0-9a-f]{40}\/(.+)$/.exec(path) ?? [];
    const content = repository.files.get(file);
    if (!content) return refuse(404, path.includes("/revision/") ? "RevisionNotFound" : "EntryNotFound");
    if (repository.gated) return refuse(403, "GatedRepo");
    response.setHeader("x-repo-commit", commit);
    if (!isLarge(file)) {
      response.setHeader("etag", `"${gitHash(content)}"`);
      return void sendFile(response, content, { range: request.headers.range, pauseMs: 0 });
    }
    const sha256 = hash("sha256", content);
    response.setHeader("x-linked-etag", `"${sha256}"`).setHeader("x-linked-size", content.length);
    response
      .writeHead(302, { location: hub.redirect?.(sha256) ?? `http://${hub.filesHost}/blobs/${sha256}?sig=x` })
      .end();
  });
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${await listen(api)}`,
    filesHost: `127.0.0.1:${await listen(files)}`,
    ...{ asked, repositories, cuts, holds, redirect: undefined, pauseMs: 0 },
    async close() {
      for (const server of [api, files]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
  context.after(hub.close);
  return hub;
}

/** A server of plain files on this machine, with a list of their hashes, and what may be asked of it. */
export type PlainServer = {
  /** The folder's address, without a slash at the end. */
  readonly folder: string;
  readonly host: string;
  /** Names and contents of its files; `SHA256SUMS` is among them. */
  readonly files: Map<string, Buffer>;
  readonly asked: { readonly path: string; readonly range: string | undefined; readonly authorization?: string }[];
  readonly cuts: number[];
  /** Where a file is instead. */
  redirect: ((path: string) => string | undefined) | undefined;
  /** Waits before each 64 kB of weights. */
  pauseMs: number;
  /** What it says, with the status 416, of a part that a file does not have. */
  unsatisfied: { readonly "content-range"?: string };
  /** Writes the list anew; its hash. */
  list(): string;
};

/** Starts one with a small Karlo at `/models/small-karlo`. */
export async function startPlainServer(context: { after(work: () => Promise<void>): void }): Promise<PlainServer> {
  const start = "/models/small-karlo/";
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    const { range, authorization } = request.headers;
    plain.asked.push({ path, range, ...(authorization !== undefined && { authorization }) });
    const name = path.slice(start.length);
    const content = path.startsWith(start) ? plain.files.get(name) : undefined;
    if (!content) return void response.writeHead(404).end();
    const location = plain.redirect?.(name);
    if (location !== undefined) return void response.writeHead(302, { location }).end();
    if (range !== undefined && content.length === 0) return void response.writeHead(416, plain.unsatisfied).end();
    const isWeights = range !== "bytes=0-0" && name.endsWith(".safetensors");
    const { cuts, pauseMs } = isWeights ? plain : { cuts: [], pauseMs: 0 };
    await sendFile(response, content, { range, cut: cuts.shift(), pauseMs });
  });
  const host = `127.0.0.1:${await listen(server)}`;
  const plain: PlainServer = {
    ...{ folder: `http://${host}/models/small-karlo`, host, files: filesOf("small-karlo"), asked: [], cuts: [] },
    ...{ redirect: undefined, pauseMs: 0, unsatisfied: {} },
    list() {
      const listed = [...plain.files].filter(([path]) => path !== "SHA256SUMS");
      const text = listed.map(([path, content]) => `${hash("sha256", content)}  ./${path}\n`).join("");
      plain.files.set("SHA256SUMS", Buffer.from(text));
      return hash("sha256", text);
    },
  };
  context.after(async () => {
    server.close();
    server.closeAllConnections();
  });
  return plain;
}

/** How a client of that hub is set up, without what the environment of the tests says. */
export function clientOf(hub: FakeHub, change: Partial<Hub> = {}): Hub {
  return {
    kind: "hub",
    endpoint: new URL(hub.endpoint),
    ...{ token: undefined, offline: false, cache: "/nowhere", hosts: [hub.filesHost], idleMs: 5_000, retryMs: 1 },
    least: { bytes: 1024, ms: 60_000 },
    resolve: async (name) => Promise.reject(new Error(`${name} is not to be resolved`)),
    ...change,
  };
}

const isLarge = (path: string) => /\.(safetensors|bin|pth)$/.test(path);

export const gitHash = (content: Buffer) =>
  hash("sha1", Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));

function listing(id: string, { files, change }: FakeRepository) {
  const siblings = [...files].map(([rfilename, content]) => ({
    ...{ rfilename, size: content.length, blobId: gitHash(content) },
    ...(isLarge(rfilename) ? { lfs: { sha256: hash("sha256", content), size: content.length, pointerSize: 134 } } : {}),
  }));
  const answer = { id, sha: commit, siblings, cardData: { license: "creativeml-openrail-m" } };
  change?.(answer);
  return answer;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

type Sending = {
  readonly range: string | undefined;
  readonly cut?: number | undefined;
  readonly hold?: number | undefined;
  readonly pauseMs: number;
};

/** Sends a file from where the request asks, in parts; breaks the connection after `cut` bytes, or falls silent after `hold`. */
async function sendFile(
  response: ServerResponse,
  content: Buffer,
  { range, cut, hold, pauseMs }: Sending,
): Promise<void> {
  const [, start = 0, last = content.length - 1] = /^bytes=(\d+)-(\d+)?$/.exec(range ?? "") ?? [];
  const [from, end] = [Number(start), Number(last) + 1];
  const rest = content.subarray(from, end);
  const part = range === undefined ? {} : { "content-range": `bytes ${from}-${end - 1}/${content.length}` };
  response.writeHead(range === undefined ? 200 : 206, { "content-length": rest.length, ...part });
  response.flushHeaders();
  const sent = rest.subarray(0, hold ?? cut ?? rest.length);
  for (let at = 0; at < sent.length && !response.destroyed; at += 65_536) {
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await new Promise<void>((resolve) => response.write(sent.subarray(at, at + 65_536), () => resolve()));
  }
  if (hold !== undefined && hold < rest.length) return;
  if (cut !== undefined && cut < rest.length) response.destroy();
  else response.end();
}
