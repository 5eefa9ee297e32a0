// Runs with names and types: what a module that `clipwork types` writes stands on.
import {
  ClipworkError,
  type Output,
  type OutputFile,
  type Run,
  type RunOptions,
  type RunResult,
  type Runs,
} from "./runs.ts";

/** What an output can be read as. */
export type Reading = "picture" | "table" | "text" | "json" | "files";

export type TableRow = { readonly [column: string]: string | number | boolean | null };

/** An item of an output, with what it can be read as. */
export type NamedOutput = {
  readonly picture: Output & { readonly picture: OutputFile };
  readonly table: Output & { rows(): Promise<readonly TableRow[]> };
  readonly text: Output & { text(): Promise<string> };
  readonly json: Output & { value(): Promise<unknown> };
  readonly files: Output;
};

/** How the outputs of a workflow are read, by the ids of their nodes. */
export type Readings = { readonly [node: string]: Reading };

export type TypedResult<R extends Readings> = RunResult & {
  /** The items of each output, by the id of its node. */
  readonly named: { readonly [node in keyof R]: readonly NamedOutput[R[node]][] };
};

export type TypedRun<R extends Readings> = Omit<Run, "result"> & { readonly result: Promise<TypedResult<R>> };

/**
 * Runs a workflow whose outputs are known. `result` rejects as that of any run does, and with ClipworkError if an output turns out to be
 * something else than was said.
 */
export function runTyped<R extends Readings>(
  runs: Runs,
  workflow: string | object,
  set: { readonly [name: string]: unknown },
  readings: R,
  options: Omit<RunOptions, "set"> = {},
): TypedRun<R> {
  // A value that is left out may be there as undefined. What else is no value is refused by whoever runs it.
  const own = Object.entries(set).filter(([, value]) => value !== undefined);
  const given = Object.fromEntries(own) as NonNullable<RunOptions["set"]>;
  const run = runs.run(workflow, { ...options, set: given });
  const named = run.result.then((result) => ({ ...result, named: nameOutputs(result.outputs, readings) }));
  // Whoever reads the events alone learns of the end there.
  named.catch(() => {});
  return { events: run.events, result: named, cancel: () => run.cancel() };
}

function nameOutputs<R extends Readings>(outputs: readonly Output[], readings: R): TypedResult<R>["named"] {
  const named = Object.entries(readings).map(([node, reading]) => [
    node,
    outputs.filter((output) => output.node === node).map((output) => readAs(output, reading)),
  ]);
  return Object.fromEntries(named);
}

function readAs(output: Output, reading: Reading): NamedOutput[Reading] {
  if (reading === "files") return output;
  if (reading === "picture") {
    if (!output.picture) throw unlike(output, "picture");
    return { ...output, picture: output.picture };
  }
  const file = output.files.find(({ name, media }) => media.startsWith(medias[reading]) && !name.endsWith(record));
  if (!file) throw unlike(output, reading);
  const text = async () => new TextDecoder().decode(await file.bytes());
  if (reading === "text") return { ...output, text };
  const value = async () => JSON.parse(await text());
  return reading === "json" ? { ...output, value } : { ...output, rows: value };
}

const medias = { table: "application/json", json: "application/json", text: "text/plain" } as const;
/** The end of the name of the file that says how an output was made. */
const record = ".clipwork.json";

function unlike({ node, kind }: Output, reading: Reading): ClipworkError {
  return new ClipworkError([
    {
      ...{ code: "other-output", severity: "error", node },
      message: `"${node}" gave a value of the kind "${kind}", and this program reads it as ${reading}.`,
      remedy: "Write the module anew: clipwork types.",
    },
  ]);
}
