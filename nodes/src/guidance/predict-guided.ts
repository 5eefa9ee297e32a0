import type { Sampled } from "@clipwork/models";
import { guide } from "../diffusion/guidance.ts";
import type { GuidanceValue } from "../kinds/guidance.ts";

/** The linked guidance, or the pack's own: its default scale and interval, away from the empty caption. */
export function guidanceOr(
  given: GuidanceValue | undefined,
  { defaults }: { readonly defaults: Omit<Sampled["defaults"], "steps"> },
): GuidanceValue {
  if (given) return given;
  const [from, to] = defaults.guidanceInterval ?? [];
  const course = from === undefined || to === undefined ? {} : { course: { from, to, schedule: "constant" as const } };
  return { scale: defaults.guidanceScale ?? 1, negative: "", ...course };
}

/**
 * A network's output under guidance. The conditional and the unconditional call are made at the same moment, one row each,
 * so that the device runs them together; at a scale of 1 the conditional call alone. `length` numbers are guided; the rest is the
 * conditional's variance.
 */
export async function predictGuided<Condition>(
  call: (condition: Condition) => Promise<Float32Array>,
  conditions: { readonly conditional: Condition; readonly unconditional: Condition | undefined },
  scale: number,
  length: number,
): Promise<Float32Array> {
  const { conditional, unconditional } = conditions;
  if (unconditional === undefined || scale === 1) return call(conditional);
  const [c, u] = await Promise.all([call(conditional), call(unconditional)]);
  return guide(c, u, scale, length);
}
