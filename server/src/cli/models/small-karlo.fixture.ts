import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Placing } from "@clipwork/models/checkpoint";
import { openDataFolder } from "../../data-folder/data-folder.ts";
import { installedPacks } from "../../installed/load-packs.ts";
import { importPack } from "../../packs/import-pack.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";

const fixtures = join(import.meta.dirname, "..", "..", "..", "..", "test", "fixtures");

/** A data folder with a small pack "karlo", what was published beside it, and a terminal that keeps what it is told. */
export async function withKarlo(context: TestContext, placing: Placing = "link") {
  const folder = temporaryFolder(context);
  const [data, from] = [join(folder, "data"), join(folder, "small-karlo")];
  cpSync(join(fixtures, "checkpoints", "small-karlo"), from, { recursive: true });
  await openDataFolder(data);
  await importPack({
    ...{ from, dataFolder: data, name: "karlo", placing, run: false, tell: () => {} },
    ...{ templates: join(fixtures, "templates"), signal: new AbortController().signal },
  });
  const packs = installedPacks(data);
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const left = () => (existsSync(packs) ? readdirSync(packs) : []);
  return { data, from, karlo: join(packs, "karlo"), terminal, out, err, left, json: () => JSON.parse(out.at(-1)!) };
}
