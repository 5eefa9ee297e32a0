// Counts the calls of some functions, in every process and thread that is started with `--import` of this file: each call is a
// line "process name argument" in the file that TALLY names; so is each JSON of more than a megabyte that a main thread reads or writes. The validation of a document of more than 10,000 nodes waits, without
// letting go of its thread, until there is the file that GATE names.
import { appendFileSync, existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { isMainThread } from "node:worker_threads";

const counted = /^export (async )?function (readDocument|validate|bindPlan|hashFile)\b/gm;
const sources = /\/(engine|models)\/src\/.*\/(document|validate|plan-data|hash-file)\.ts$/;
const file = process.env.TALLY!;
const gate = process.env.GATE;
const clock = new Int32Array(new SharedArrayBuffer(4));

globalThis.tally = (name, argument) => {
  const shown = typeof argument === "string" ? argument : "";
  appendFileSync(file, `${process.pid} ${name} ${shown}\n`);
  if (
    gate === undefined ||
    name !== "validate" ||
    (argument as { nodes: ReadonlyMap<string, unknown> }).nodes.size < 10_000
  )
    return;
  while (!existsSync(gate)) Atomics.wait(clock, 0, 0, 10);
};

if (isMainThread) {
  const { parse, stringify } = JSON;
  const note = (name: string, text: unknown) => {
    if (typeof text === "string" && text.length > 2 ** 20) appendFileSync(file, `${process.pid} largeJson ${name}\n`);
  };
  JSON.parse = (text, reviver) => {
    note("parse", text);
    return parse(text, reviver);
  };
  JSON.stringify = ((...given: Parameters<typeof stringify>) => {
    const text = stringify(...given);
    note("stringify", text);
    return text;
  }) as typeof stringify;
}

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!sources.test(url)) return loaded;
    const source = String(loaded.source).replace(
      counted,
      (_, async = "", name) =>
        `export function ${name}(...args) { tally("${name}", args[0]); return uncounted_${name}(...args); }\n${async}function uncounted_${name}`,
    );
    return { ...loaded, source };
  },
});

declare global {
  var tally: (name: string, argument: unknown) => void;
}
