import type { GuidanceValue } from "../kinds/guidance.ts";

/** How strong guidance is at a share of its own time, by the schedule; the mean over that time is 1. */
const strength = {
  constant: () => 1,
  linear: (share: number) => 2 * share,
  cosine: (share: number) => 1 - Math.cos(Math.PI * share),
} as const;

/**
 * The guidance scale at a timestep of T: 1, no guidance, outside the course's interval (Kynkäänniemi et al. 2024, equation 4). Within it
 * scale - 1 is multiplied by the schedule's strength, which rises while the sample gets cleaner (Wang et al. 2024, section 4, "linear" and
 * "cosine"). What is guided and how much depends on the timestep alone, not on the number of steps.
 */
export function scaleAt({ scale, course }: GuidanceValue, timestep: number, trainTimesteps: number): number {
  if (!course) return scale;
  const { from, to, schedule } = course;
  const done = (trainTimesteps - 1 - timestep) / (trainTimesteps - 1);
  if (done < from || done > to) return 1;
  if (schedule === "constant") return scale;
  const share = to === from ? 0.5 : (done - from) / (to - from);
  return 1 + (scale - 1) * strength[schedule](share);
}
