import { enginePlanFaults } from "./engine-plan.ts";
import { engineRunFaults } from "./engine-run.ts";
import type { FaultyPackage } from "./fault.ts";
import { modelsFaults } from "./models.ts";
import { runnerFaults } from "./models-runner.ts";
import { weightsFaults } from "./models-weights.ts";
import { nodesFaults } from "./nodes.ts";
import { codesFaults } from "./nodes-codes.ts";
import { evaluateFaults } from "./nodes-evaluate.ts";
import { latentFaults } from "./nodes-latent.ts";
import { probeFaults } from "./nodes-probe.ts";
import { samplingFaults } from "./nodes-sampling.ts";
import { folderFaults } from "./server-folder.ts";
import { runFaults } from "./server-runs.ts";
import { uiEditorFaults } from "./ui-editor.ts";
import { uiPageFaults } from "./ui-page.ts";

/** The packages whose tests are tried. */
export const packages: readonly FaultyPackage[] = [
  { name: "engine", faults: [...enginePlanFaults, ...engineRunFaults], last: ["document/hostile"], left: ["src/spec"] },
  {
    name: "models",
    faults: [...modelsFaults, ...runnerFaults, ...weightsFaults],
    last: ["onnx/onnx-runner", "onnx/probe", "stages/parts"],
    left: ["onnx/webgpu"],
  },
  {
    name: "nodes",
    faults: [...nodesFaults, ...codesFaults, ...evaluateFaults, ...latentFaults, ...probeFaults, ...samplingFaults],
    last: [],
    left: [],
  },
  { name: "server", faults: [...folderFaults, ...runFaults], last: ["worker/worker", "node-library"], left: [] },
  { name: "ui", faults: [...uiEditorFaults, ...uiPageFaults], last: [], left: [] },
];
