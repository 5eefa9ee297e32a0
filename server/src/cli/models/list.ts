import { packSummary } from "@clipwork/models";
import { dataFolder, hashesFile } from "../../data-folder/data-folder.ts";
import { sourceText } from "../../hub/connection/names.ts";
import { downloadsFolder, type Unfinished, unfinished } from "../../hub/staging.ts";
import { knownHashes } from "../../installed/known-hashes.ts";
import { isUnusable, loadPacks, packRoots } from "../../installed/load-packs.ts";
import { size } from "../../terminal/size.ts";
import { exitCodes, type Terminal, visible } from "../../terminal/terminal.ts";

/** `clipwork models list`: the packs that can be found; if some fail their checks, the reason and exit code 2. */
export async function modelsListCommand(
  terminal: Terminal,
  options: { readonly data?: string; readonly json?: boolean },
): Promise<number> {
  const roots = packRoots(dataFolder(options.data));
  const packs = await loadPacks(roots, undefined, await knownHashes(hashesFile(dataFolder(options.data))));
  const rows = [];
  for (const [name, pack] of packs) {
    rows.push(isUnusable(pack) ? { name, unusable: pack } : { ...(await packSummary(pack)) });
  }
  const code = rows.some((row) => "unusable" in row) ? exitCodes.wrongInput : exitCodes.done;
  if (options.json) {
    terminal.out(JSON.stringify(rows, undefined, 2));
    return code;
  }
  if (rows.length === 0) terminal.out(`No model pack in ${roots.join(", ")}.`);
  for (const row of rows) {
    if ("unusable" in row) {
      terminal.out(
        `${row.name}  cannot be used: ${visible(row.unusable.message)}\n  → ${visible(row.unusable.remedy)}`,
      );
      continue;
    }
    terminal.out(visible(`${row.name}  ${row.title}, version ${row.version}, ${row.licence}`));
    terminal.out(`  ${row.folder}`);
    if (row.origin)
      terminal.out(visible(`  from ${row.origin.from}, licence accepted on ${row.origin.accepted.slice(0, 10)}`));
    for (const { stage, role, bytes, defaults } of row.stages) {
      const steps = defaults?.steps === undefined ? "" : `${defaults.steps} steps`;
      const name = `${stage.padEnd(20)} ${role.padEnd(20)}`;
      terminal.out(`  ${name} ${(bytes / 2 ** 20).toFixed(1).padStart(8)} MB  ${steps}`.trimEnd());
    }
    for (const [attribute, words] of Object.entries(row.vocabulary)) {
      terminal.out(visible(`  ${attribute}: ${words.join(", ")}`));
    }
  }
  for (const one of await unfinished(downloadsFolder(dataFolder(options.data)))) {
    const { repository, bytes, busy } = one;
    const remedy = busy ? "" : ` → models add ${goingOn(one)}, or models remove ${repository}`;
    const how = busy ? "is being downloaded" : "not whole";
    terminal.err(visible(`${repository}: ${how}, ${size(bytes)} are there.${remedy}`));
  }
  return code;
}

/** What to add so that a download goes on as it was begun. */
function goingOn({ repository, revision, variant, choices, hosts = [] }: Unfinished): string {
  const chosen = Object.entries({ variant, ...choices }).map(([option, value]) => value && ` --${option} ${value}`);
  const allowed = hosts.map((host) => ` --allow-host ${host}`);
  return `${sourceText({ id: repository, revision })}${[...chosen, ...allowed].filter(Boolean).join("")}`;
}
