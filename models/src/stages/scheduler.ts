import {
  known,
  oneOf,
  optional,
  readFields,
  readInteger,
  readList,
  readMap,
  readNumber,
  readObject,
  readVector,
  refuse,
} from "../fields/fields.ts";

/** The noise schedule of a trained network: β_t for t = 0 … T - 1. */
export type Betas =
  | { readonly kind: "cosine" }
  | { readonly kind: "linear" | "scaled-linear"; readonly start: number; readonly end: number }
  | { readonly kind: "table"; readonly values: readonly number[] };

/** The samplers that a stage can be sampled with. */
export const samplers = ["ddpm", "ddim", "pndm", "euler", "heun", "dpm++2m", "dpm++2m-sde"] as const;

export type SamplerName = (typeof samplers)[number];

/** That of a scheduler that names none. */
export const defaultSampler: SamplerName = "ddpm";

/** How a network was trained and is sampled. Each value is one of diffusers' schedulers, named in docs/pack-format.md. */
export type Scheduler = {
  readonly trainTimesteps: number;
  readonly betas: Betas;
  /** What the network predicts: x0, the noise ε, or v = √ᾱ ε - √(1 - ᾱ) x0. */
  readonly prediction: "sample" | "epsilon" | "v";
  /** The variance of the noise that a step adds. "none": a step adds no noise. */
  readonly variance: "fixed-small" | "fixed-small-log" | "learned-range" | "none";
  /** Predicted x0 is clamped to plus and minus this, scaled to the length √D, or left as it is. */
  readonly clip: number | "l2norm" | null;
  /** How fewer steps than `trainTimesteps` are spread over them. */
  readonly spacing: "unclip" | "leading" | "trailing";
  /** Added to each timestep of leading spacing. */
  readonly offset: number;
  /** The exact timesteps, descending, for that many steps; any other number of steps is spaced. */
  readonly timesteps?: readonly number[];
  /** The sampler that its authors take; `defaultSampler` if left out. */
  readonly sampler?: SamplerName;
  /** ᾱ where ddim and pndm end: that of timestep 0, or 1 if left out. */
  readonly finalAlphaBar?: "one" | "first";
};

/** A network that is sampled step by step. */
export type Sampled = {
  readonly scheduler: Scheduler;
  readonly defaults: {
    /** Of the scheduler's own sampler. */
    readonly steps: number;
    readonly guidanceScale?: number;
    /** From where to where a step is guided, as shares of the noise schedule, where 0 is pure noise; all of it if left out. */
    readonly guidanceInterval?: readonly [from: number, to: number];
  };
  /** Other settings that it is known to work with, by name. */
  readonly presets?: { readonly [name: string]: Preset };
};

/** A sampler beside the scheduler's own, with the steps that it takes if nobody asks for others. */
export type Preset = { readonly sampler: SamplerName; readonly steps: number };

/** Refuses by name whatever the format does not define: a schedule that is silently ignored makes wrong pictures. */
export function readScheduler(value: unknown, field: string): Scheduler {
  const {
    timesteps,
    offset = 0,
    ...read
  } = readFields(value, field, {
    trainTimesteps: (steps, at) => readInteger(steps, at, 1, 100_000),
    betas: readBetas,
    prediction: oneOf("sample", "epsilon", "v"),
    variance: oneOf("fixed-small", "fixed-small-log", "learned-range", "none"),
    clip: readClip,
    spacing: oneOf("unclip", "leading", "trailing"),
    offset: optional((steps, at) => readInteger(steps, at, 0, 1000)),
    timesteps: optional((list, at) => readList(list, at, 100_000)),
    sampler: optional(oneOf(...samplers)),
    finalAlphaBar: optional(oneOf("one", "first")),
  });
  const { trainTimesteps } = read;
  checkTable(read, field);
  if (offset > 0 && read.spacing !== "leading") refuse(`${field}.offset`, offset, "0 if the spacing is not leading");
  const most = trainTimesteps - 1;
  const steps = timesteps?.map((step, i) => readInteger(step, `${field}.timesteps[${i}]`, 0, most));
  if (steps && (steps.length === 0 || steps.some((step, i) => i > 0 && step >= steps[i - 1]!)))
    refuse(`${field}.timesteps`, steps, "timesteps in descending order, at least one");
  return { ...read, offset, ...(steps ? { timesteps: steps } : {}) };
}

/** Default steps and guidance of a stage whose scheduler has that many timesteps. */
export function readDefaults(value: unknown, field: string, { trainTimesteps }: Scheduler): Sampled["defaults"] {
  return readFields(value, field, {
    steps: (steps, at) => readInteger(steps, at, 1, trainTimesteps),
    guidanceScale: optional((scale, at) => readNumber(scale, at, 0, 1000)),
    guidanceInterval: optional((interval, at) => {
      const [from, to] = readVector(interval, at, 2, 0, 1) as [number, number];
      if (from > to) refuse(at, interval, "two shares of the noise schedule, the smaller first");
      return [from, to] as const;
    }),
  });
}

/** The presets of a stage with that scheduler: one a sampler, and none of the scheduler's own, whose steps are the default ones. */
export function readPresets(
  value: unknown,
  field: string,
  { trainTimesteps, sampler: own = defaultSampler }: Scheduler,
): NonNullable<Sampled["presets"]> {
  const taken = new Map<SamplerName, string>([[own, "the scheduler's own, whose steps are the default ones"]]);
  return readMap(value, field, (preset, at) => {
    const read = readFields(preset, at, {
      sampler: oneOf(...samplers),
      steps: (steps, where) => readInteger(steps, where, 1, trainTimesteps),
    });
    const by = taken.get(read.sampler);
    if (by !== undefined) refuse(`${at}.sampler`, read.sampler, `another sampler: it is ${by}`);
    taken.set(read.sampler, `that of ${at}`);
    return read;
  });
}

/** The steps of a sampler if nobody asks for others: the stage's default, or those of the preset with that sampler. */
export function defaultSteps({ scheduler, defaults, presets = {} }: Sampled, sampler: SamplerName): number {
  if (sampler === (scheduler.sampler ?? defaultSampler)) return defaults.steps;
  return Object.values(presets).find((preset) => preset.sampler === sampler)?.steps ?? defaults.steps;
}

/** Throws PackError unless a table of β has one for each timestep. */
export function checkTable(
  { betas, trainTimesteps }: Pick<Scheduler, "betas" | "trainTimesteps">,
  field: string,
): void {
  if (betas.kind === "table" && betas.values.length !== trainTimesteps)
    refuse(`${field}.betas.values`, `a list of ${betas.values.length}`, `a list of ${trainTimesteps} numbers`);
}

export function readBetas(value: unknown, field: string): Betas {
  const kind = oneOf("cosine", "linear", "scaled-linear", "table")(readObject(value, field).kind, `${field}.kind`);
  const beta = (number: unknown, at: string) => readNumber(number, at, 0, 0.999999);
  if (kind === "cosine") return readFields(value, field, { kind: known(kind) });
  if (kind === "table") {
    return readFields(value, field, {
      kind: known(kind),
      values: (list, at) => readVector(list, at, readList(list, at, 100_000).length, 0, 0.999999),
    });
  }
  return readFields(value, field, { kind: known(kind), start: beta, end: beta });
}

function readClip(value: unknown, field: string): Scheduler["clip"] {
  if (value === null || value === "l2norm") return value;
  if (typeof value !== "number") refuse(field, value, 'a number from 1e-6 to 1e6, "l2norm" or null');
  return readNumber(value, field, 1e-6, 1e6);
}
