import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "@clipwork/engine";
import { type Denoiser, deviceQueue, loadPack, type ModelRunner, type Prior, type Sampled } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import type { ImageEmbeddingValue, ImageValue, NodeServices } from "@clipwork/nodes";
import { nodeRunner, samplesOf } from "./node-run.ts";
import { checkFinal, checkStates, checkTaughtStep, type Finding } from "./parity-check.ts";
import { readToyboxGolden, type Stage, taughtState } from "./toybox-golden.ts";

const packFolder = join(import.meta.dirname, "..", "..", "packs", "toybox");

/** The embedded pack on onnxruntime, and the golden run made from it. */
export async function openToybox() {
  const pack = await loadPack(packFolder);
  const golden = readToyboxGolden(readFileSync(join(packFolder, "manifest.json")));
  const runner: ModelRunner = deviceQueue(
    createOnnxRunner({ packs: new Map([[pack.manifest.name, pack]]), threads: 2 }),
  );
  return { pack, golden, runner };
}

export type Toybox = Awaited<ReturnType<typeof openToybox>>;

const nodeTypes = { prior: "prior.diffusion", decoder: "decoder.sample", "upsampler-256": "upsampler.x256" } as const;
/** What the toybox's manifest says of the stages that are sampled. */
type Sections = {
  readonly prior: Extract<Prior, Sampled>;
  readonly decoder: Denoiser;
  readonly "upsampler-256": Denoiser;
};
const sampler = { sampler: "ddpm" };
const clamp = (value: number) => Math.min(Math.max(value, -1), 1);
const sampleOf = (value: unknown): Float32Array =>
  (value as ImageValue).data ?? (value as ImageEmbeddingValue).embedding;

/** Compares a catalogue's nodes, as diffusers' pipeline runs: by ddpm, with as many steps as the pack says of it, guided in all of them. */
export function toyboxParity(catalogue: Catalogue<NodeServices>, { pack, golden, runner }: Toybox) {
  const runNode = nodeRunner({ catalogue, pack, runner });
  const { seed, caption, rows } = golden;
  const stages = pack.manifest.stages as unknown as Sections;
  const { mean, std } = stages.prior.normalisation!;
  const guidanceOf = ({ defaults }: Sampled) => ({ guidance: { scale: defaults.guidanceScale ?? 1, negative: "" } });
  const raw = (value: number, i: number) => Math.fround(value * std[i]!) + mean[i]!;
  const encode = async () => (await runNode("clip.encode-text", { text: caption })).outputs.embedding;
  let encoded: Promise<unknown> | undefined;
  const picture = (side: number, data: Float64Array): ImageValue => ({
    width: side,
    height: side,
    data: Float32Array.from(data, clamp),
  });

  /** What a node is given in the taught run: the reference's own results of the stages before. */
  async function referenceInputs(stage: Stage): Promise<object> {
    if (stage === "upsampler-256") {
      return { image: picture(stages.decoder.sample.size as number, rows("decoder/free/final").data) };
    }
    encoded ??= encode();
    const text = await encoded;
    return stage === "prior"
      ? { text }
      : { text, image: { embedding: Float32Array.from(rows("prior/embedding").data) }, ...guidanceOf(stages.decoder) };
  }

  return {
    /** One step of a stage's node, given the reference's x_t as a checkpoint and stopped after it. */
    async taughtStep(stage: Stage, step: number): Promise<Finding[]> {
      const section = stages[stage];
      const from = step === 1 ? undefined : { step: step - 1, x: taughtState(golden, stage, step) };
      const inputs = await referenceInputs(stage);
      const run = await runNode(nodeTypes[stage], inputs, { seed, ...sampler }, { from, oneStep: true });
      // A node asks for the guided row first; the pipeline has the unguided one first.
      const outputs = run.calls
        .filter((call) => call.stage === stage)
        .slice(0, stage === "upsampler-256" ? 1 : 2)
        .map((call) => call.outputs.output!.data as Float32Array)
        .reverse();
      const next = run.points[0]?.x ?? sampleOf(run.outputs.image ?? run.outputs.embedding);
      const found = { outputs, x0: sampleOf(run.shown[0]), next };
      return checkTaughtStep(golden, stage, step, found, {
        scheduler: section.scheduler,
        guidanceScale: section.defaults.guidanceScale ?? 1,
        shownX0: stage === "prior" ? raw : (value) => value,
        finished: stage === "prior" ? raw : clamp,
      });
    },

    /** The whole chain, every node fed by the one before: caption, prior, decoder, first upsampler. */
    async freeRun(): Promise<Finding[]> {
      const text = (await encode()) as { embedding: Float32Array; states: Float32Array };
      const prior = await runNode(nodeTypes.prior, { text }, { seed });
      const painted = { text, image: prior.outputs.embedding, ...guidanceOf(stages.decoder) };
      const decoder = await runNode(nodeTypes.decoder, painted, { seed, ...sampler });
      const upsampler = await runNode(nodeTypes["upsampler-256"], { image: decoder.outputs.image }, { seed });
      return [
        checkFinal("text embedding", text.embedding, rows("text/embedding").data),
        checkFinal("text states", text.states, rows("text/states").data),
        ...checkStates(golden, "prior", samplesOf(prior.calls, "prior")),
        checkFinal("prior", sampleOf(prior.outputs.embedding), rows("prior/embedding").data),
        ...checkStates(golden, "decoder", samplesOf(decoder.calls, "decoder")),
        checkFinal("decoder", sampleOf(decoder.outputs.image), rows("decoder/free/final").data.map(clamp)),
        ...checkStates(golden, "upsampler-256", samplesOf(upsampler.calls, "upsampler-256")),
        checkFinal(
          "upsampler-256",
          sampleOf(upsampler.outputs.image),
          rows("upsampler-256/free/final").data.map(clamp),
        ),
      ];
    },

    /** The decoder by DDIM, given the reference's image embedding. */
    async ddimRun(): Promise<Finding[]> {
      const { steps, eta } = golden.ddim;
      const { calls, outputs } = await runNode(nodeTypes.decoder, await referenceInputs("decoder"), {
        seed,
        steps,
        eta,
        sampler: "ddim",
      });
      return [
        ...checkStates(golden, "ddim", samplesOf(calls, "decoder")),
        checkFinal("ddim", sampleOf(outputs.image), rows("ddim/final").data.map(clamp)),
      ];
    },
  };
}
