import type { Imported } from "@clipwork/models/checkpoint";
import type { Tried } from "../../packs/try-pack.ts";
import { size } from "../../terminal/size.ts";
import { exitCodes, type Terminal, visible } from "../../terminal/terminal.ts";

/** Says what an import made, how long it took and in how much memory. `verb`: what became of the weights, such as "linked". */
export function reportImported(
  terminal: Terminal,
  imported: Imported & { readonly tried: readonly Tried[] },
  { verb, begun, json }: { readonly verb: string; readonly begun: number; readonly json: boolean },
): number {
  const seconds = (performance.now() - begun) / 1000;
  const memory = process.resourceUsage().maxRSS * 1024;
  const { folder, manifest, bytes, notes, tried } = imported;
  if (json) {
    const { name, origin } = manifest;
    const event = { event: "imported", name, folder, bytes, notes, tried, seconds, memory, ...(origin && { origin }) };
    terminal.out(JSON.stringify(event));
    return exitCodes.done;
  }
  terminal.out(visible(`${manifest.name} is in ${folder}, under the licence: ${manifest.licence}`));
  for (const [name, { role }] of Object.entries(manifest.stages)) {
    const ms = tried.find(({ stage }) => stage === name)?.ms;
    const ran = ms === undefined ? "" : ` ran once in ${(ms / 1000).toFixed(1)} s`;
    terminal.out(`  ${name.padEnd(20)} ${role.padEnd(16)}${ran}`);
  }
  for (const note of notes) terminal.out(visible(`  ${note}`));
  terminal.out(
    `${size(bytes.weights)} of weights ${verb}, ${size(bytes.written)} written, in ${seconds.toFixed(1)} s and ${size(memory)} of memory.`,
  );
  return exitCodes.done;
}
