// Counts the calls of some functions, in every process and thread that is started with `--import` of this file: each call is a
// line "process name argument" in the file that TALLY names.
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";

const counted = /^export (async )?function (readDocument|validate|bindPlan|hashFile)\b/gm;
const sources = /\/(engine|models)\/src\/.*\/(document|validate|plan-data|hash-file)\.ts$/;
const file = process.env.TALLY!;

globalThis.tally = (name, argument) => {
  const shown = typeof argument === "string" ? argument : "";
  appendFileSync(file, `${process.pid} ${name} ${shown}\n`);
};

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
