import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { FileHashes } from "../pack/file-hashes.ts";
import { safetensors } from "../pack/safetensors.fixture.ts";
import { type ImportOptions, importFolder } from "./import-folder.ts";

export const fixtures = join(import.meta.dirname, "..", "..", "..", "test", "fixtures");

/** A tensor of a file as its header describes it, and its bytes. */
export type Stored = { readonly dtype: string; readonly shape: readonly number[]; readonly bytes: Uint8Array };
type Json = { [field: string]: unknown };

/** A published folder of the fixtures in a place of its own, where it can be changed and imported. */
export function checkpoint(context: TestContext, name = "small-karlo") {
  const root = mkdtempSync(join(tmpdir(), "clipwork-checkpoint-"));
  context.after(() => rmSync(root, { recursive: true }));
  const [from, packs] = [join(root, name), join(root, "packs")];
  cpSync(join(fixtures, "checkpoints", name), from, { recursive: true });
  const hashes = new FileHashes();
  return {
    ...{ root, from, packs, hashes },
    changeJson(file: string, change: (json: Json) => Json | undefined) {
      const json = JSON.parse(readFileSync(join(from, file), "utf8")) as Json;
      writeFileSync(join(from, file), JSON.stringify(change(json) ?? json));
    },
    changeTensors(file: string, change: (tensors: Map<string, Stored>) => void) {
      const tensors = readTensors(readFileSync(join(from, file)));
      change(tensors);
      writeFileSync(join(from, file), writeTensors(tensors));
    },
    import: (more: Partial<ImportOptions> = {}) =>
      importFolder({
        ...{ from, packs, name: "imported", templates: join(fixtures, "templates"), placing: "link", hashes },
        ...more,
      }),
  };
}

/** The tensors of a `.safetensors` file. */
export function readTensors(file: Buffer): Map<string, Stored> {
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, start).toString()) as {
    [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
  };
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => [name, { dtype, shape, bytes: file.subarray(start + begin, start + end) }],
    ),
  );
}

/** A file of these tensors, one behind the other. */
export function writeTensors(tensors: ReadonlyMap<string, Stored>): Uint8Array {
  let at = 0;
  const header = [...tensors].map(([name, { dtype, shape, bytes }]) => {
    const begin = at;
    at += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const;
  });
  return safetensors(Object.fromEntries(header), Buffer.concat([...tensors.values()].map(({ bytes }) => bytes)));
}
