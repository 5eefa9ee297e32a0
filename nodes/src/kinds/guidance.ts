import { defineKind } from "@clipwork/engine";

/** How to guide a sampler: classifier-free guidance with a scale and the caption to steer away from. */
export type GuidanceValue = { readonly scale: number; readonly negative: string };

export const guidance = defineKind<GuidanceValue>({
  kind: "guidance",
  hue: 52,
  check(value) {
    const { scale, negative } = Object(value) as { [field: string]: unknown };
    return Number.isFinite(scale) && typeof negative === "string"
      ? undefined
      : "is not guidance: it needs a finite scale and a negative caption";
  },
});
