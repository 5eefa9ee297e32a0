import type { SamplerName } from "@clipwork/models";
import { ddim, stepEuler } from "./ddim.ts";
import { dpmSolver } from "./dpm-solver.ts";
import { stepHeun } from "./heun.ts";
import { stepPndm } from "./pndm.ts";
import type { AskingSampler, Sampler } from "./sampler.ts";
import { stepUnclip } from "./unclip-sampler.ts";

/** A sampler by its name; `eta` is the noise of ddim. */
export function samplerOf(name: SamplerName, eta: number): Sampler | AskingSampler {
  switch (name) {
    case "ddpm":
      return stepUnclip;
    case "ddim":
      return ddim(eta);
    case "pndm":
      return stepPndm;
    case "euler":
      return stepEuler;
    case "heun":
      return stepHeun;
    case "dpm++2m":
      return dpmSolver({ noisy: false });
    case "dpm++2m-sde":
      return dpmSolver({ noisy: true });
  }
}
