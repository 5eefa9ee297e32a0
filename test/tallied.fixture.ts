import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { folderFor } from "./cli/clipwork.fixture.ts";

/** An environment for processes whose calls of the counted functions are tallied, and what was tallied since the last time. */
export function tallied(context: TestContext) {
  const folder = folderFor(context);
  const file = join(folder, "tally");
  const gate = join(folder, "gate");
  writeFileSync(file, "");
  const hook = pathToFileURL(join(import.meta.dirname, "tally.fixture.ts")).href;
  let seen = 0;
  return {
    environment: { NODE_OPTIONS: `--import=${hook}`, TALLY: file, GATE: gate },
    /** Lets the validations of large documents go on, those under way and all later ones. */
    openGate: () => writeFileSync(gate, ""),
    /** The large JSON that the main thread of that process read or wrote, from its start. */
    largeJson: (pid: number | undefined) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.startsWith(`${pid} largeJson `)),
    take() {
      const all = readFileSync(file, "utf8");
      const lines = all.slice(seen).split("\n").filter(Boolean);
      seen = all.length;
      const calls = lines.map((line) => {
        const [process = "", name = "", argument = ""] = line.split(" ");
        return { process, name, argument };
      });
      const count = (name: string) => calls.filter((call) => call.name === name).length;
      return {
        reads: count("readDocument"),
        validations: count("validate"),
        bindings: count("bindPlan"),
        hashed: calls.filter(({ name }) => name === "hashFile").map(({ argument }) => basename(argument)),
        processes: new Set(calls.map(({ process }) => process)).size,
      };
    },
  };
}
