/** The manifest of a model pack, as `docs/pack-format.md` describes it. */
export type Manifest = {
  readonly format: "clipwork-pack/1";
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly licence: string;
  readonly clip: {
    readonly name: string;
    readonly dimension: number;
    readonly textWidth: number;
    readonly contextLength: number;
    readonly imageSize: number;
    readonly imageMean: readonly number[];
    readonly imageStd: readonly number[];
  };
  readonly tokenizer: HashedFile & {
    readonly bos: string;
    readonly eos: string;
    readonly pad: string;
    readonly unknown: string | null;
  };
  /** Words the pack was trained on, by attribute. */
  readonly vocabulary: { readonly [attribute: string]: readonly string[] };
  readonly stages: {
    readonly "clip-text": StageFiles;
    readonly "clip-image"?: StageFiles;
    readonly prior?: SamplerStage & {
      readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
    };
    readonly "decoder-condition"?: StageFiles & { readonly nullImageEmbedding: readonly number[] };
    readonly decoder?: SamplerStage & { readonly size: number };
    readonly "upsampler-256"?: UpsamplerStage;
    readonly "upsampler-1024"?: UpsamplerStage;
    /** Further networks, such as the one that a Karlo upsampler uses in its last step. */
    readonly [other: string]: StageFiles | undefined;
  };
};

export type HashedFile = { readonly file: string; readonly sha256: string };

export type StageFiles = HashedFile & { readonly externalData?: readonly HashedFile[] };

export type SamplerStage = StageFiles & {
  readonly scheduler: SchedulerConfig;
  readonly defaults: { readonly steps: number; readonly guidanceScale?: number };
};

export type UpsamplerStage = SamplerStage & {
  readonly size: number;
  readonly conditionSize: number;
  /** The stage that runs the final step instead, or null. */
  readonly last: string | null;
};

/** Names as in diffusers' UnCLIPScheduler; the schedule is squaredcos_cap_v2. */
export type SchedulerConfig = {
  readonly trainTimesteps: number;
  readonly prediction: "sample" | "epsilon";
  readonly variance: "fixed_small_log" | "learned_range";
  /** Predicted x0 is clamped to plus and minus this. */
  readonly clipSampleRange: number;
};
