import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "..", "..");
const main = join(root, "server", "src", "cli", "start.mjs");

type Output = {
  readonly node: string;
  readonly item: number;
  readonly files: readonly string[];
  readonly pixels?: string;
};
type Cell = string | number | boolean | null;
export type Row = { readonly [column: string]: Cell };

/** What a run made, by the name of the output node without its "save-". */
export type Made = {
  /** The files of a list of pictures, in its order. */
  pictures(name: string): readonly string[];
  /** Digests of those pictures' pixels. */
  pixels(name: string): readonly string[];
  /** The rows of a table. */
  rows(name: string): readonly Row[];
  /** A column of a table. */
  column<C extends Cell>(name: string, column: string): readonly C[];
  /** The rows of a saved array of embeddings. */
  embeddings(name: string): readonly Float32Array[];
};

export type Order = {
  /** The workflow's file. */
  readonly file: string;
  readonly settings: { readonly [name: string]: string | number };
  /** Where values are kept, so that a killed run goes on. */
  readonly data: string;
  /** Where the files go; what lies there is removed. */
  readonly out: string;
};

/** Runs a workflow by the command line. Throws if it fails, with what it said. */
export async function make({ file, settings, data, out }: Order): Promise<Made> {
  rmSync(out, { recursive: true, force: true });
  const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const args = [main, "run", file, "--data", data, "--out", out, "--json", ...set];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let end: { readonly event: string; readonly status?: string; readonly outputs?: readonly Output[] } | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = JSON.parse(line);
    if (event.event === "node.failed") process.stderr.write(`${line}\n`);
    end = event;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0 || end?.status !== "finished" || !end.outputs)
    throw new Error(`${file} ended with code ${code}: run it again, what it made is kept.`);
  return madeOf(end.outputs);
}

function madeOf(outputs: readonly Output[]): Made {
  const named = (name: string) => {
    const found = outputs.filter(({ node }) => node === `save-${name}`).toSorted((a, b) => a.item - b.item);
    if (found.length === 0) throw new Error(`The run has no output "save-${name}".`);
    return found;
  };
  const fileOf = (name: string, ending: string) => named(name)[0]!.files.find((file) => file.endsWith(ending))!;
  const rows = (name: string): readonly Row[] => JSON.parse(readFileSync(fileOf(name, ".json"), "utf8"));
  return {
    rows,
    pictures: (name) => named(name).map(({ files }) => files.find((file) => file.endsWith(".png"))!),
    pixels: (name) => named(name).map(({ pixels }) => pixels!),
    column: <C extends Cell>(name: string, column: string) =>
      rows(name).map((row) => {
        if (!(column in row)) throw new Error(`The table "${name}" has no column "${column}".`);
        return row[column] as C;
      }),
    embeddings: (name) => readNpy(readFileSync(fileOf(name, ".npy"))),
  };
}

/** The rows of a float32 array [N, D] in NumPy's format 1.0, as latent.export writes it. */
function readNpy(bytes: Buffer): readonly Float32Array[] {
  const start = 10 + bytes.readUInt16LE(8);
  const [, count, width] = /'shape': \((\d+), (\d+)/.exec(bytes.toString("latin1", 10, start))!.map(Number);
  return Array.from({ length: count! }, (_, row) =>
    Float32Array.from({ length: width! }, (_, i) => bytes.readFloatLE(start + 4 * (row * width! + i))),
  );
}
