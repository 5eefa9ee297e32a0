import { NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const editCodes = defineNode({
  type: "latent.edit-codes",
  version: 1,
  title: "Set a code",
  summary: "Sets one of the codes of an image embedding to a bucket and leaves the others as they are.",
  inputs: { codes: t.sharedCodes("The codes.") },
  outputs: { codes: t.sharedCodes("The codes with the one that was set.") },
  params: {
    code: p.integer("Which code to set, counted from 1: the first is of the component with the largest variance.", {
      default: 1,
      min: 1,
      max: 16_384,
    }),
    bucket: p.integer("The bucket it is set to: 0 is the lowest value of its coordinate.", {
      default: 0,
      min: 0,
      max: 65_535,
    }),
  },
  run({ codes: { codes, buckets } }, { code, bucket }) {
    if (code > codes.length)
      throw new NodeError(
        `"code" is ${code}, but there are ${codes.length} codes.`,
        `Set "code" to at most ${codes.length}.`,
      );
    if (bucket >= buckets)
      throw new NodeError(
        `"bucket" is ${bucket}, but there are ${buckets} buckets, counted from 0.`,
        `Set "bucket" to at most ${buckets - 1}.`,
      );
    const edited = codes.slice();
    edited[code - 1] = bucket;
    return { codes: { codes: edited, buckets } };
  },
});
