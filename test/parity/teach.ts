import type { LatentValue } from "@clipwork/nodes";
import { assertClose, type GoldenRun, rowOf } from "./golden.ts";
import type { nodeRunner } from "./node-run.ts";

/** Takes each step of a sampler's run by itself, from diffusers' x_t, and returns the largest difference of what it led to. */
export async function teach(
  runNode: ReturnType<typeof nodeRunner>,
  type: string,
  given: {
    readonly inputs: object;
    readonly params: object;
    readonly run: GoldenRun;
    readonly row: number;
    readonly tolerance: number;
  },
): Promise<number> {
  const { inputs, params, run, row, tolerance } = given;
  const wanted = [...run.states.slice(1), run.final];
  const errors: number[] = [];
  for (const [i, next] of wanted.entries()) {
    const from = i === 0 ? undefined : { step: i, x: rowOf(run.states[i]!, row) };
    const last = i + 1 === wanted.length;
    const { points, outputs } = await runNode(type, inputs, params, { from, oneStep: !last });
    const made = last ? (outputs.latent as LatentValue | undefined)?.data : points[0]!.x;
    if (made) errors.push(assertClose(made, rowOf(next, row), tolerance, `${type}, step ${i + 1} taught`));
  }
  return Math.max(...errors);
}
