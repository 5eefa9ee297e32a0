import { engineFaults } from "./engine.ts";
import type { FaultyPackage } from "./fault.ts";
import { uiFaults } from "./ui.ts";

/** The packages whose tests are tried. */
export const packages: readonly FaultyPackage[] = [
  { name: "engine", faults: engineFaults, last: ["document/hostile.test.ts"], left: ["spec.test.ts"] },
  { name: "ui", faults: uiFaults, last: [], left: [] },
];
