import { PackError } from "../fields/pack-error.ts";
import { declaredFeeds } from "./declared-feeds.ts";
import { elementsOf, rowsOf, takeRows } from "./rows.ts";
import type { ModelRunner, StageCall } from "./runner.ts";
import type { Tensor, Tensors } from "./tensor.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;

/** What a stage declares, and the shapes of its outputs from those of its feeds, all without rows. */
export type FakeStage = { readonly inputs: readonly string[]; readonly outputs: (shapes: Shapes) => Shapes };

export type FakeRunnerOptions = {
  /** Sizes of the outputs; the letters are those of docs/pack-format.md. Default 8 each. */
  readonly sizes?: {
    readonly D?: number;
    readonly W?: number;
    readonly C?: number;
    readonly E?: number;
    readonly B?: number;
  };
  /** More stages, or replacements for stages of a pack. */
  readonly stages?: Readonly<Record<string, FakeStage>>;
  /** Awaited before each call is computed: a gate for tests of time. */
  readonly before?: (call: StageCall) => Promise<void> | void;
};

export type FakeRunner = ModelRunner & {
  /** The calls that ran, in order. */
  readonly calls: readonly StageCall[];
};

/**
 * A runner without models, for tests: every stage of a pack with the right names and shapes, for any pack name. Each output
 * is plain arithmetic on its own row, within plus and minus 1, and depends on every feed; a denoiser's output also moves
 * with its sample. Calls run one at a time, in the order of arrival.
 */
export function fakeRunner({ sizes = {}, stages = {}, before }: FakeRunnerOptions = {}): FakeRunner {
  const { D = 8, W = 8, C = 8, E = 8, B = 8 } = sizes;
  const like: FakeStage["outputs"] = ({ sample }) => ({ output: sample! });
  const upsampler = { inputs: ["sample", "timestep", "condition"], outputs: like };
  const known: Readonly<Record<string, FakeStage>> = {
    "clip-text": { inputs: ["ids"], outputs: ({ ids }) => ({ embedding: [D], states: [ids![0]!, W] }) },
    "clip-image": { inputs: ["image"], outputs: () => ({ embedding: [D] }) },
    prior: { inputs: ["sample", "timestep", "text_embedding", "text_states", "text_mask"], outputs: like },
    "autoregressive-prior": {
      inputs: ["codes", "position", "text_embedding", "text_states", "text_mask", "keep_text", "past"],
      outputs: ({ codes, past }) => ({ logits: [B], present: [past![0]!, codes![0]!, past![2]!] }),
    },
    "decoder-condition": {
      inputs: ["image_embedding", "text_embedding", "text_states"],
      outputs: ({ text_states }) => ({ context: [text_states![0]! + 4, C], time: [E] }),
    },
    decoder: {
      inputs: ["sample", "timestep", "context", "context_mask", "time"],
      outputs: ({ sample }) => ({ output: [6, ...sample!.slice(1)] }),
    },
    "latent-encoder": {
      inputs: ["image"],
      outputs: ({ image }) => ({ latent: [4, ...image!.slice(1).map((side) => side / 2)] }),
    },
    "latent-decoder": {
      inputs: ["latent"],
      outputs: ({ latent }) => ({ image: [3, ...latent!.slice(1).map((side) => side * 2)] }),
    },
    classifier: { inputs: ["image"], outputs: () => ({ features: [D], ...heads }) },
    "upsampler-256": upsampler,
    "upsampler-256-last": upsampler,
    "upsampler-1024": upsampler,
    ...stages,
  };
  const calls: StageCall[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  function find(stage: string): FakeStage {
    if (closed) throw new Error("The fake runner is closed.");
    if (Object.hasOwn(known, stage)) return known[stage]!;
    throw new PackError(`There is no stage "${stage}".`, `Choose one of ${Object.keys(known).join(", ")}.`);
  }

  async function runNow(call: StageCall, stage: FakeStage): Promise<Tensors> {
    call.signal?.throwIfAborted();
    calls.push(call);
    await before?.(call);
    return compute(call.feeds, stage);
  }

  return {
    calls,
    async run(call) {
      const stage = find(call.stage);
      call.signal?.throwIfAborted();
      const feeds = declaredFeeds(call, stage.inputs);
      rowsOf(feeds);
      const answer = last.then(() => runNow({ ...call, feeds }, stage));
      last = answer.catch(() => undefined);
      return answer;
    },
    inputs: async (_, stage) => find(stage).inputs,
    async close() {
      closed = true;
      await last;
    },
  };
}

/** The heads of the classifier, of two labels each but the count of things. */
const heads: Shapes = {
  count: [3],
  "solid 1": [2],
  "colour 1": [2],
  "solid 2": [2],
  "colour 2": [2],
  relation: [2],
  floor: [2],
};

function compute(feeds: Tensors, stage: FakeStage): Tensors {
  const rows = rowsOf(feeds);
  const shapes = Object.fromEntries(Object.entries(feeds).map(([name, { shape }]) => [name, shape.slice(1)]));
  const outputs = Object.entries(stage.outputs(shapes)).map(([name, shape]): [string, Tensor] => {
    const length = elementsOf(shape);
    const data = new Float32Array(rows * length);
    for (let row = 0; row < rows; row++)
      data.set(computeRow(takeRows(feeds, row, row + 1), name, length), row * length);
    return [name, { shape: [rows, ...shape], data }];
  });
  return Object.fromEntries(outputs);
}

function computeRow(feeds: Tensors, output: string, length: number): Float32Array {
  const names = Object.keys(feeds).sort();
  let base = output.length;
  for (const [index, name] of names.entries()) {
    const { data } = feeds[name]!;
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]! * Math.cos((i + 1) * (index + 1));
    base += sum / Math.sqrt(data.length);
  }
  const { data } = feeds.sample ?? feeds[names[0]!]!;
  return Float32Array.from({ length }, (_, at) => Math.sin(base + at / length + data[at % data.length]!));
}
