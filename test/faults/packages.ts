import { engineFaults } from "./engine.ts";
import type { FaultyPackage } from "./fault.ts";
import { modelsFaults } from "./models.ts";
import { nodesFaults } from "./nodes.ts";
import { folderFaults } from "./server-folder.ts";
import { runFaults } from "./server-runs.ts";
import { uiFaults } from "./ui.ts";

/** The packages whose tests are tried. */
export const packages: readonly FaultyPackage[] = [
  { name: "engine", faults: engineFaults, last: ["document/hostile"], left: ["src/spec"] },
  {
    name: "models",
    faults: modelsFaults,
    last: ["onnx/onnx-runner", "onnx/probe", "stages/parts"],
    left: ["onnx/webgpu"],
  },
  { name: "nodes", faults: nodesFaults, last: [], left: [] },
  { name: "server", faults: [...folderFaults, ...runFaults], last: ["worker/worker", "node-library"], left: [] },
  { name: "ui", faults: uiFaults, last: [], left: [] },
];
