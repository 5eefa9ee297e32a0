import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadPack, PackError } from "@clipwork/models";
import { restoreBackup } from "../../server/src/backup/restore-backup.ts";
import { isDiskFull } from "../../server/src/files/disk-full.ts";
import { installedPacks } from "../../server/src/installed/load-packs.ts";
import { importPack } from "../../server/src/packs/import-pack.ts";
import { documentOf, newAsked } from "../kills/asked.ts";
import { bytesOf, pixelsOf } from "../kills/held.ts";
import type { TestServer } from "../server/server.fixture.ts";

/** What was asked for, and looks at what became of it once the disk has room again: all that was promised has to be there. */
export type Ask = { readonly what: string; readonly promised: boolean; look(): Promise<void> };

const fixtures = join(import.meta.dirname, "..", "fixtures");

/** What a server answers, unless it fails otherwise than a full disk excuses. Undefined if it refused for want of room. */
async function answered(response: Response): Promise<Buffer | undefined> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.ok) return bytes;
  assert.ok([503, 507].includes(response.status), `${response.url} is answered ${response.status}: ${bytes}`);
  const { detail, remedy } = JSON.parse(String(bytes));
  assert.ok(/full/.test(detail) && remedy, `it says why, and what to do: ${bytes}`);
  return undefined;
}

const json = (bytes: Buffer | undefined) => bytes && JSON.parse(String(bytes));

/** A run: it ends by itself, with the pixels that it has elsewhere, or fails for want of room and can be had again. */
export async function askRun(server: TestServer, seed: number, pixels: string): Promise<Ask> {
  const run = json(await answered(await server.ask("POST", "/runs", { document: documentOf(seed) })));
  return {
    what: `a run of seed ${seed}`,
    promised: run !== undefined,
    async look() {
      let id: string = run?.id ?? (await server.json("POST", "/runs", { document: documentOf(seed) })).id;
      await server.watch(id);
      const { state, error } = await server.json("GET", `/runs/${id}`);
      if (state === "failed") {
        assert.match(error, /full|ENOSPC|no space/i);
        ({ id } = await server.json("POST", `/runs/${id}/retry`, undefined, 201));
        assert.equal((await server.watch(id)).at(-1)!.event, "run.finished", "again, with room");
      } else assert.equal(state, "finished");
      assert.equal(await pixelsOf(server, id), pixels, "the same pixels as elsewhere");
    },
  };
}

/** A workflow and a change of it: the newest revision that was answered is there, and a later one if it was kept all the same. */
export async function askSave(server: TestServer, seed: number): Promise<Ask> {
  const { workflow: id } = await newAsked(seed);
  const documents = [documentOf(seed), documentOf(seed + 1)];
  const save = async (revision: number) => {
    const body = { title: `seed ${seed}`, document: documents[revision] };
    const [method, path, more] =
      revision === 0 ? ["POST", "/workflows", { id }] : ["PUT", `/workflows/${id}`, { revision }];
    return json(await answered(await server.ask(method as string, path as string, { ...body, ...(more as object) })));
  };
  const first = await save(0);
  const second = first && (await save(1));
  const promised: number = second?.revision ?? first?.revision ?? 0;
  return {
    what: `a workflow of seed ${seed}`,
    promised: promised > 0,
    async look() {
      const found = await server.ask("GET", `/workflows/${id}`);
      if (found.status === 404) assert.equal(promised, 0, "what was saved is there");
      let revision = found.status === 404 ? 0 : ((await found.json()) as { revision: number }).revision;
      assert.ok(revision >= promised, `revision ${revision} of ${promised}`);
      for (; revision < 2; revision++) assert.ok(await save(revision), "there is room");
      assert.deepEqual((await server.json("GET", `/workflows/${id}`)).document, documents[1]);
    },
  };
}

/** An upload: its bytes are served if it was taken, and are taken when there is room. */
export async function askUpload(server: TestServer, seed: number): Promise<Ask> {
  const { picture } = await newAsked(seed);
  const send = async () => {
    const options = { method: "POST", headers: { "content-type": "image/png" }, body: Buffer.from(picture) };
    return json(await answered(await fetch(`${server.url}/api/v1/uploads`, options)));
  };
  const taken = await send();
  return {
    what: `an upload of seed ${seed}`,
    promised: taken !== undefined,
    async look() {
      const { asset } = taken ?? (await send());
      assert.deepEqual(await bytesOf(server, asset), Buffer.from(picture));
    },
  };
}

/** A pack that is imported beside the server: all of it is there, or nothing is. */
export async function askImport({ data }: TestServer, seed: number): Promise<Ask> {
  const name = `karlo-${seed}`;
  const folder = join(installedPacks(data), name);
  const work = () =>
    importPack({
      ...{ from: join(fixtures, "checkpoints", "small-karlo"), dataFolder: data, name, placing: "copy", run: false },
      ...{ templates: join(fixtures, "templates"), tell: () => {}, signal: new AbortController().signal },
    });
  const imported = await work().catch((error: unknown) => {
    assert.ok(isDiskFull(error) || (error instanceof PackError && /full| are free/.test(error.message)), String(error));
    return undefined;
  });
  return {
    what: `a pack of seed ${seed}`,
    promised: imported !== undefined,
    async look() {
      const left = readdirSync(installedPacks(data)).filter((one) => one.includes(name));
      assert.deepEqual(left, imported ? [name] : [], "all of it, or nothing");
      if (!imported) await work();
      assert.equal((await loadPack(folder)).manifest.name, name);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A backup that the server makes, kept elsewhere: it can be restored if it came whole, and it is told if it did not. */
export async function askBackup(server: TestServer, seed: number, elsewhere: string): Promise<Ask> {
  // An answer that breaks off has begun before the disk was full.
  const bytes = await server
    .ask("POST", "/backup", {})
    .then(answered)
    .catch((error: unknown) => {
      if (!(error instanceof TypeError)) throw error;
      return undefined;
    });
  const [file, folder] = [join(elsewhere, `${seed}.tar`), join(elsewhere, `${seed}`)];
  return {
    what: `a backup of seed ${seed}`,
    promised: bytes !== undefined,
    async look() {
      const whole = bytes ?? (await answered(await server.ask("POST", "/backup", {})));
      assert.ok(whole, "there is room");
      writeFileSync(file, whole);
      const restored = await restoreBackup(file, folder, {
        onProgress: () => {},
        signal: new AbortController().signal,
      });
      assert.deepEqual(restored.damaged, []);
      for (const one of [file, folder]) rmSync(one, { recursive: true });
    },
  };
}
