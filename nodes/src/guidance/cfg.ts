import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const cfg = defineNode({
  type: "guidance.cfg",
  version: 1,
  title: "Guidance",
  summary: "Classifier-free guidance: how strongly a sampler follows its caption, and what it steers away from.",
  outputs: { guidance: t.guidance("Link it to the guidance input of a prior or a decoder.") },
  params: {
    scale: p.number("1 is no guidance; a higher scale follows the caption more closely, at the price of variety.", {
      default: 3,
      min: 0,
      max: 30,
    }),
    negative: p.text("A caption to steer away from; empty steers away from no caption in particular.", {
      multiline: true,
    }),
  },
  run: (_, { scale, negative }) => ({ guidance: { scale, negative } }),
});
