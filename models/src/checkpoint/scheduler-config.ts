import { PackError } from "../fields/pack-error.ts";
import type { Betas, SamplerName, Scheduler } from "../stages/scheduler.ts";

/** A scheduler's configuration, with what diffusers takes for a field that the file lacks. */
type Config = { readonly [field: string]: unknown };

const common = { num_train_timesteps: 1000, prediction_type: "epsilon" };
const clipped = { clip_sample: true, clip_sample_range: 1 };
const stepwise = {
  ...common,
  ...{ beta_start: 0.0001, beta_end: 0.02, beta_schedule: "linear", trained_betas: null },
  ...{ timestep_spacing: "leading", steps_offset: 0 },
};
const thresholded = {
  ...{ thresholding: false, rescale_betas_zero_snr: false },
  // Read only where thresholding is on.
  ...{ dynamic_thresholding_ratio: 0.995, sample_max_value: 1 },
};
/** Other noise levels than those of the timesteps. */
const levels = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
const linspaced = { ...stepwise, ...levels, timestep_spacing: "linspace" };

/** The schedulers of diffusers whose steps `nodes` takes, each field with its default. */
const defaults: { readonly [name: string]: Config } = {
  UnCLIPScheduler: {
    ...{ ...common, ...clipped },
    ...{ variance_type: "fixed_small_log", beta_schedule: "squaredcos_cap_v2" },
  },
  DDPMScheduler: { ...stepwise, ...clipped, ...thresholded, variance_type: "fixed_small" },
  DDIMScheduler: { ...stepwise, ...clipped, ...thresholded, set_alpha_to_one: true },
  PNDMScheduler: { ...stepwise, set_alpha_to_one: false, skip_prk_steps: false },
  EulerDiscreteScheduler: {
    ...linspaced,
    ...{ interpolation_type: "linear", timestep_type: "discrete", sigma_min: null, sigma_max: null },
    ...{ rescale_betas_zero_snr: false, final_sigmas_type: "zero" },
  },
  HeunDiscreteScheduler: {
    ...{ ...linspaced, ...clipped, clip_sample: false },
    ...{ beta_start: 0.00085, beta_end: 0.012 },
  },
  DPMSolverMultistepScheduler: {
    ...{ ...linspaced, ...thresholded },
    ...{ algorithm_type: "dpmsolver++", solver_order: 2, solver_type: "midpoint" },
    // Both change nothing in a solver of order 2 that ends at the clean sample.
    ...{ lower_order_final: true, euler_at_final: false },
    ...{ use_lu_lambdas: false, use_flow_sigmas: false, flow_shift: 1, use_dynamic_shifting: false },
    ...{
      final_sigmas_type: "zero",
      lambda_min_clipped: -Infinity,
      variance_type: null,
      time_shift_type: "exponential",
    },
  },
};

/** Fields that configurations of Stable Diffusion carry from one scheduler to the next; one without them does not read them. */
const carried = ["clip_sample", "set_alpha_to_one", "skip_prk_steps"];

/** What Clipwork's samplers do, whatever the configuration asks for. */
const fixed: Config = {
  ...{ thresholding: false, rescale_betas_zero_snr: false, skip_prk_steps: true, final_sigmas_type: "zero" },
  ...{ ...levels, use_lu_lambdas: false, use_flow_sigmas: false, use_dynamic_shifting: false },
  ...{ interpolation_type: "linear", timestep_type: "discrete", sigma_min: null, sigma_max: null },
  ...{ solver_order: 2, solver_type: "midpoint", lambda_min_clipped: -Infinity },
};

const predictions: { readonly [name: string]: Scheduler["prediction"] } = {
  ...{ sample: "sample", epsilon: "epsilon", v_prediction: "v" },
};
const variances: { readonly [name: string]: Scheduler["variance"] } = {
  ...{ fixed_small: "fixed-small", fixed_small_log: "fixed-small-log", learned_range: "learned-range" },
};
const spacings: { readonly [name: string]: Scheduler["spacing"] } = { leading: "leading", trailing: "trailing" };

const samplers: { readonly [name: string]: SamplerName } = {
  DDIMScheduler: "ddim",
  PNDMScheduler: "pndm",
  EulerDiscreteScheduler: "euler",
  HeunDiscreteScheduler: "heun",
};
const solvers: { readonly [algorithm: string]: SamplerName } = {
  ...{ "dpmsolver++": "dpm++2m", "sde-dpmsolver++": "dpm++2m-sde" },
};

/**
 * A manifest's scheduler from the `scheduler_config.json` of diffusers; `where` is what messages call the file. Throws PackError
 * naming a scheduler, a field or a value that Clipwork does not have: a schedule that is silently another makes wrong pictures.
 */
export function readSchedulerConfig(config: Config, where: string): Scheduler {
  const refuse = (what: string): never => {
    throw new PackError(
      `${where} ${what}.`,
      "Use the checkpoint with another scheduler's configuration, if its authors publish one.",
    );
  };
  const { _class_name: name } = config;
  const known = typeof name === "string" && Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  if (!known)
    return refuse(
      `is of a ${JSON.stringify(name)}, and those that Clipwork samples with are ${Object.keys(defaults).join(", ")}`,
    );
  const own = Object.entries(config).filter(
    ([field]) => !field.startsWith("_") && (Object.hasOwn(known, field) || !carried.includes(field)),
  );
  const unknown = own.find(([field]) => !Object.hasOwn(known, field));
  if (unknown) refuse(`has the field "${unknown[0]}", which a ${name} does not have here`);
  const all: Config = { ...known, ...Object.fromEntries(own) };
  for (const [field, value] of Object.entries(fixed))
    if (Object.hasOwn(all, field) && (all[field] ?? value) !== value)
      refuse(
        `says ${field}: ${JSON.stringify(all[field])}, and Clipwork's samplers have ${JSON.stringify(value)} alone`,
      );
  const choose = <T>(field: string, choices: { readonly [name: string]: T }): T => {
    const value = all[field];
    if (typeof value === "string" && Object.hasOwn(choices, value)) return choices[value]!;
    return refuse(`says ${field}: ${JSON.stringify(value)}, but must say ${Object.keys(choices).join(" or ")}`);
  };
  const solver = name === "DPMSolverMultistepScheduler";
  const spacing =
    name === "UnCLIPScheduler"
      ? "unclip"
      : choose("timestep_spacing", solver ? { ...spacings, linspace: "unclip" as const } : spacings);
  const sampler = solver ? choose("algorithm_type", solvers) : samplers[name as string];
  return {
    trainTimesteps: all.num_train_timesteps as number,
    betas: betasOf(all, choose),
    prediction: choose("prediction_type", predictions),
    variance: (all.variance_type ?? null) === null ? "fixed-small" : choose("variance_type", variances),
    clip: all.clip_sample === true ? (all.clip_sample_range as number) : null,
    spacing,
    offset: spacing === "leading" ? (all.steps_offset as number) : 0,
    ...(sampler ? { sampler } : {}),
    ...(all.set_alpha_to_one === false ? { finalAlphaBar: "first" as const } : {}),
  };
}

type Choose = <T>(field: string, choices: { readonly [name: string]: T }) => T;

function betasOf(config: Config, choose: Choose): Betas {
  if (Array.isArray(config.trained_betas)) return { kind: "table", values: config.trained_betas };
  const kinds = { squaredcos_cap_v2: "cosine", linear: "linear", scaled_linear: "scaled-linear" } as const;
  const kind = choose<(typeof kinds)[keyof typeof kinds]>("beta_schedule", kinds);
  return kind === "cosine" ? { kind } : { kind, start: config.beta_start as number, end: config.beta_end as number };
}
