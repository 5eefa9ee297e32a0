import { NodeError } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { between, positionParam } from "./slerp.ts";

export const slerpNoise = defineNode({
  type: "latent.slerp-noise",
  version: 1,
  title: "Between two noises",
  summary: "Interpolates spherically between two noises, which keeps what lies between as strong as noise has to be.",
  inputs: {
    from: t.sharedNoise("The noise at position 0."),
    to: t.sharedNoise("The noise at position 1."),
  },
  outputs: { noise: t.sharedNoise("The noise in between.") },
  params: { position: positionParam },
  run({ from, to }, { position }) {
    const { channels, height, width } = from;
    if (channels !== to.channels || height !== to.height || width !== to.width)
      throw new NodeError(
        `"from" is ${channels} × ${height} × ${width}, but "to" is ${to.channels} × ${to.height} × ${to.width}.`,
        "Give noise of one size.",
      );
    const data = Float32Array.from(between(from.data, to.data, position));
    return { noise: { channels, height, width, data } };
  },
});
