import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a node pack in that folder, with one node type, `<name>.node`, which does what the text of its `run` says. Returns its folder. */
export function nodePackIn(folder: string, name: string, run: string): string {
  const pack = join(folder, name);
  mkdirSync(pack, { recursive: true });
  writeFileSync(join(pack, "package.json"), JSON.stringify({ name, version: "1.0.0", type: "module" }));
  writeFileSync(
    join(pack, "index.js"),
    `import { nodeDefiner, t } from "@clipwork/engine";
    export const nodes = [nodeDefiner()({
      type: "${name}.node", version: 1, title: "Made for a test", summary: "Does what its test needs.",
      outputs: { text: t.text("Something.") },
      ${run},
    })];`,
  );
  return pack;
}

/** A workflow of the node of that pack alone, named `node`; it has no output, so it has to be a target. */
export function oneNode(pack: string) {
  return { format: "clipwork/1", nodes: { node: { type: `${pack}.node`, version: 1 } } };
}
