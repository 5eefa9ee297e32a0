import type { Catalogue } from "@clipwork/engine";
import { type ModelRunner, type Pack, readArrays, type StageCall, type Tensors } from "@clipwork/models";
import type { NodeServices } from "@clipwork/nodes";

/** x after `step` steps of a sampler, and what it remembers of them: what a node saves as its checkpoint. */
export type SamplePoint = {
  readonly step: number;
  readonly x: Float32Array;
  readonly past?: readonly { readonly timestep: number; readonly values: Float32Array }[];
};

/** A call that a node made of a model stage, and what it got. */
export type Answered = StageCall & { readonly outputs: Tensors };

type Outputs = Readonly<Record<string, unknown>>;

/** What one run of a node gave and did. */
export type NodeRun = {
  /** Empty when the run was stopped after one step. */
  readonly outputs: Outputs;
  readonly calls: readonly Answered[];
  /** What it previewed: a sampler shows the x0 predicted in each step. */
  readonly shown: readonly unknown[];
  /** Its checkpoints: one after each step but the last. */
  readonly points: readonly SamplePoint[];
};

type Where = {
  readonly catalogue: Catalogue<NodeServices>;
  readonly pack: Pack;
  readonly runner: ModelRunner;
};

type How = {
  /** Where a sampler goes on, as after an interruption. */
  readonly from?: SamplePoint | undefined;
  /** Stops a sampler after one step, as a cancelled run does. */
  readonly oneStep?: boolean;
};

type Run = (inputs: object, params: object, context: object) => Promise<Outputs> | Outputs;

/** Runs one item of a node as it ships, with the defaults of its parameters, and watches it. */
export function nodeRunner({ catalogue, pack, runner }: Where) {
  // Without the pack's sample pictures: a prior would preview the nearest of them, where x0 itself is compared.
  const { "image-samples": _, ...arrays } = pack.manifest.arrays;
  const shownPack: Pack = { ...pack, manifest: { ...pack.manifest, arrays } };
  return async (type: string, inputs: object, params: object = {}, how: How = {}): Promise<NodeRun> => {
    const calls: Answered[] = [];
    const shown: unknown[] = [];
    const points: SamplePoint[] = [];
    const controller = new AbortController();
    const stopped = new Error("stopped after one step");
    const models: ModelRunner = {
      async run(call) {
        const place = calls.push({ ...call, outputs: {} }) - 1;
        const outputs = await runner.run(call);
        calls[place] = { ...call, outputs };
        return outputs;
      },
      inputs: (pack, stage) => runner.inputs(pack, stage),
      close: async () => {},
    };
    const context = {
      signal: controller.signal,
      progress() {},
      doing() {},
      preview: (_port: string, value: unknown) => shown.push(value),
      notice() {},
      checkpoint: {
        load: async () => how.from,
        save(point: SamplePoint) {
          points.push(point);
          if (how.oneStep) controller.abort(stopped);
        },
      },
      models,
      pack: () => shownPack,
      arrays: (_pack: string, name: string) => readArrays(pack, name),
    };
    const node = catalogue.get(type)!;
    const defaults = Object.fromEntries(Object.entries(node.params).map(([name, param]) => [name, param.default]));
    const settings = { ...defaults, pack: pack.manifest.name, ...params };
    const outputs = await (async () => (node.run as Run)(inputs, settings, context))().catch((error: unknown) => {
      if (error === stopped) return {};
      throw error;
    });
    return { outputs, calls, shown, points };
  };
}

/** The samples that the calls of a stage carried, one a step: guided steps make two calls with one sample. */
export function samplesOf(calls: readonly StageCall[], ...stages: readonly string[]): Float32Array[] {
  const samples = calls.filter(({ stage }) => stages.includes(stage)).map(({ feeds }) => feeds.sample!.data);
  return [...new Set(samples)] as Float32Array[];
}
