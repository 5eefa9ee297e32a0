import { addedLater, NodeError, p } from "@clipwork/engine";
import { schedules } from "../kinds/guidance.ts";
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
    from: addedLater(
      p.number("Where guidance begins, as a share of the noise schedule: 0 is pure noise, where sampling begins.", {
        default: 0,
        min: 0,
        max: 1,
      }),
    ),
    to: addedLater(
      p.number("Where guidance ends: 1 is the finished sample. Outside from and to a step costs one row, not two.", {
        default: 1,
        min: 0,
        max: 1,
      }),
    ),
    schedule: addedLater(
      p.choice(
        "How scale - 1 changes from the beginning to the end: linear and cosine rise from 0 to twice its value, with the same mean.",
        schedules,
        "constant",
      ),
    ),
  },
  run(_, { scale, negative, from, to, schedule }, host) {
    if (from > to)
      throw new NodeError(
        `"from" is ${from} and "to" is ${to}, so guidance would end before it begins.`,
        'Set "from" to at most "to".',
      );
    if (scale === 1 && negative !== "")
      host.notice("The negative caption changes nothing: at a scale of 1 there is no guidance. Set a scale above 1.");
    const plain = from === 0 && to === 1 && schedule === "constant";
    return { guidance: { scale, negative, ...(plain ? {} : { course: { from, to, schedule } }) } };
  },
});
