import { defineKind } from "@clipwork/engine";

export const schedules = ["constant", "linear", "cosine"] as const;

const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;

/** When guidance acts, and how its strength changes in that time. */
export type GuidanceCourse = {
  /** Shares of the noise schedule: 0 is pure noise, where sampling begins, 1 the finished sample. */
  readonly from: number;
  readonly to: number;
  readonly schedule: (typeof schedules)[number];
};

/** How to guide a sampler: classifier-free guidance with a scale and the caption to steer away from; all the time, if it has no course. */
export type GuidanceValue = { readonly scale: number; readonly negative: string; readonly course?: GuidanceCourse };

export const guidance = defineKind<GuidanceValue>({
  kind: "guidance",
  hue: 52,
  check(value) {
    const { scale, negative, course } = Object(value) as { [field: string]: unknown };
    if (!Number.isFinite(scale) || typeof negative !== "string")
      return "is not guidance: it needs a finite scale and a negative caption";
    const { from, to, schedule } = Object(course) as { [field: string]: unknown };
    const isCourse = isShare(from) && isShare(to) && from <= to && schedules.some((known) => known === schedule);
    return course === undefined || isCourse
      ? undefined
      : "is guidance whose course has no two rising shares of the noise schedule and a known schedule";
  },
});
