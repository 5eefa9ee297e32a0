// A server that asks for a token, with tokens of each scope and nothing else in its folder: what is asked of it may change nothing outside.
import assert from "node:assert/strict";
import { cpSync, globSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Scope, scopes } from "../../server/src/access/scopes.ts";
import { createToken } from "../../server/src/access/tokens.ts";
import { fixturePacks, folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, type TestServer } from "../server/server.fixture.ts";
import { pictures } from "./readers.ts";

/** Of each scope, since what one token may ask in a minute is limited. */
const tokensOfScope = 40;
/** Of those that are made while it is tried, so many are known. */
const remembered = 30;
/** No answer has it: it stands in a file beside the data folder. */
const secret = "the words of a file that nobody asks for";

export type Guarded = {
  readonly server: TestServer;
  /** Tokens by their scopes. */
  readonly tokens: { readonly [scope in Scope]: readonly string[] };
  /** Ids and hashes that are there, or were: more are learnt from answers. */
  readonly ids: readonly string[];
  readonly hashes: readonly string[];
  learn(answer: string): void;
  /** Throws if an answer has what nobody may have, or if the server has ended. */
  expectWell(answer: string): void;
  /** Throws if anything outside of the data folder has changed. */
  expectOutsideUnchanged(): void;
};

export async function startGuarded(context: Pick<TestContext, "after">): Promise<Guarded> {
  const base = folderFor(context);
  const [data, home, packs, temporary] = ["data", "home", "packs", "tmp"].map((name) => join(base, name)) as [
    ...[string, string, string, string],
  ];
  for (const folder of [data, home, packs, temporary]) mkdirSync(folder);
  cpSync(fixturePacks, packs, { recursive: true });
  writeFileSync(join(base, "secret.txt"), secret);
  writeFileSync(join(data, "config.json"), JSON.stringify({ keepRuns: 50, keepBytes: 50_000_000, nodeSeconds: 20 }));
  const env = { HOME: home, TMPDIR: temporary, CLIPWORK_PACKS: packs, HF_ENDPOINT: "http://127.0.0.1:9" };
  const server = await startServer(context, { data, env, args: ["--allow-host", "gpu.example"] });
  server.process.once("exit", (code, signal) => process.stderr.write(`the server ended: ${signal ?? code}\n`));
  server.process.stderr!.pipe(process.stderr);
  const tokens = Object.fromEntries(
    scopes.map((scope) => [
      scope,
      Array.from({ length: tokensOfScope }, (_, i) => createToken(data, `${scope}-${i}`, scope)!),
    ]),
  ) as Record<Scope, string[]>;
  const [ids, hashes] = [[] as string[], ["0".repeat(64)]];
  const learn = (answer: string) => {
    for (const [known, pattern] of [
      [ids, /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g],
      [hashes, /\b[0-9a-f]{64}\b/g],
    ] as const) {
      for (const found of (answer.match(pattern) ?? []).slice(0, remembered))
        if (!known.includes(found)) known.push(found);
      known.splice(0, known.length - remembered);
    }
  };
  const asOwner = { authorization: `Bearer ${new URL(server.address).searchParams.get("token")}` };
  const make = async (path: string, body: string | Uint8Array<ArrayBuffer>, type: string) => {
    const headers = { ...asOwner, "content-type": type };
    const response = await fetch(`${server.url}/api/v1${path}`, { method: "POST", headers, body });
    const text = await response.text();
    assert.equal(response.status, 201, `${path}: ${text}`);
    learn(text);
  };
  const document = shortHierarchy();
  await make("/runs", JSON.stringify({ document }), "application/json");
  await make("/workflows", JSON.stringify({ title: "a", document }), "application/json");
  await make("/uploads", new Uint8Array((await pictures())[0]!), "image/png");
  const before = outside(base);
  return {
    server,
    tokens,
    ids,
    hashes,
    learn,
    expectWell(answer) {
      assert.ok(!answer.includes(secret), "it reads a file that is not its own");
      assert.equal(server.process.exitCode ?? server.process.signalCode, null, "it has ended");
    },
    expectOutsideUnchanged: () => assert.deepEqual(outside(base), before),
  };
}

/** All that lies outside of the data folder, and of where drafts may lie, with what changes when it is written. */
function outside(base: string): readonly string[] {
  const names = globSync("**/*", { cwd: base, exclude: (name) => name === "data" || name === "tmp" });
  return names.toSorted().map((name) => {
    const info = lstatSync(join(base, name));
    return info.isFile() ? `${name} ${info.mtimeMs} ${readFileSync(join(base, name)).length}` : name;
  });
}
