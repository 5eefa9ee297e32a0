import { type Moment, type Moved, type Predict, predictX0, type Remembered } from "./sampler.ts";
import { alphaBarAt, finalAlphaBarAt } from "./schedule.ts";

/** The weights of the newest prediction and those before it, by how many there are (Adams and Bashforth; Liu et al. 2022, equation 12). */
const weights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

/**
 * A step of the pseudo linear multistep method, PLMS (Liu et al. 2022, algorithm 2 with the start of latent diffusion's code; diffusers'
 * PNDMScheduler with `skip_prk_steps`): a DDIM step without noise whose prediction is extrapolated from the last four. The first step goes
 * once to see what is predicted there, and again from where it began with the mean of both predictions, so it asks the network twice.
 *
 * What is combined are the network's own predictions, ε or v. If x0 is clipped, or is what the network predicts, they are the ε that
 * follow from it.
 */
export async function stepPndm(moment: Moment, predict: Predict): Promise<Moved> {
  const { step, next, past = [] } = moment;
  const x0 = predictX0(moment);
  const prediction = directionOf(moment, x0);
  const known = [prediction, ...past.map(({ values }) => values)];
  const kept: readonly Remembered[] = [{ timestep: step.timestep, values: prediction }, ...past.slice(0, 2)];
  if (past.length > 0 || !next) return { x: transfer(moment, combine(known)), x0, past: kept };

  const at = transfer(moment, prediction);
  const there: Moment = { ...moment, step: next, x: at, output: await predict(at, next) };
  const mean = prediction.map((value, i) => (value + directionOf(there, predictX0(there))[i]!) / 2);
  return { x: transfer(moment, mean), x0, past: kept };
}

/** Whether what is combined are v rather than ε. */
const combinesV = ({ config }: Moment) => config.prediction === "v" && config.clip === null;

function directionOf(moment: Moment, x0: Float32Array): Float32Array {
  const { config, schedule, step, x, output } = moment;
  if (config.clip === null && config.prediction !== "sample") return output.slice(0, x.length);
  const alphaBar = alphaBarAt(schedule, step.timestep);
  return x.map((value, i) => (value - Math.sqrt(alphaBar) * x0[i]!) / Math.sqrt(1 - alphaBar));
}

function combine(predictions: readonly Float32Array[]): Float32Array {
  const shares = weights[predictions.length - 1]!;
  return predictions[0]!.map((_, i) => shares.reduce((sum, share, k) => sum + share * predictions[k]![i]!, 0));
}

/** x at the step's end for a prediction (Liu et al. 2022, equation 11, which is DDIM's). */
function transfer(moment: Moment, prediction: Float32Array): Float32Array {
  const { schedule, step, x } = moment;
  const alphaBar = alphaBarAt(schedule, step.timestep);
  const [signal, rest] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
  const end = finalAlphaBarAt(schedule, moment);
  const isV = combinesV(moment);
  return x.map((value, i) => {
    const epsilon = isV ? signal * prediction[i]! + rest * value : prediction[i]!;
    return Math.sqrt(end) * ((value - rest * epsilon) / signal) + Math.sqrt(1 - end) * epsilon;
  });
}
