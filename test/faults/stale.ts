import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Fault, FaultyPackage } from "./fault.ts";

const root = join(import.meta.dirname, "..", "..");

/** The path of a fault's file from the root. */
export const pathOf = ({ name }: FaultyPackage, { file }: Fault): string => `${name}/src/${file}`;

/** Faults whose text does not stand in its file exactly once: the file has changed, and the fault has to follow it. */
export function staleFaults(pack: FaultyPackage): readonly string[] {
  return pack.faults.flatMap((fault) => {
    const path = join(root, pathOf(pack, fault));
    const places = existsSync(path) ? readFileSync(path, "utf8").split(fault.from).length - 1 : 0;
    return places === 1
      ? []
      : [`${pathOf(pack, fault)}: ${fault.what}: its text stands there ${places} times, not once`];
  });
}
