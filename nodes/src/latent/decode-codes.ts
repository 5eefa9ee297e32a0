import { NodeError, p } from "@clipwork/engine";
import { decodeCodes } from "../codes/codebook.ts";
import { t } from "../kinds/t.ts";
import { codebookArrays, readCodebook } from "../stage/codebook.ts";
import { defineNode } from "../stage/services.ts";

export const decodeCodesNode = defineNode({
  type: "latent.decode-codes",
  version: 1,
  title: "Decode codes",
  summary: "Turns codes back into an image embedding: every coordinate is the centre of its bucket.",
  inputs: { codes: t.codes("The codes.") },
  outputs: { embedding: t.imageEmbedding("The image embedding that they stand for.", "autoregressive-prior") },
  params: { pack: p.pack() },
  arrays: codebookArrays,
  async run({ codes: { codes, buckets } }, { pack }, host) {
    const book = await readCodebook(pack, host);
    if (codes.length !== book.codes || buckets !== book.buckets)
      throw new NodeError(
        `There are ${codes.length} codes of ${buckets} buckets, but the pack "${pack}" has ${book.codes} of ${book.buckets}.`,
        "Choose the pack that the codes were made with.",
      );
    return { embedding: { embedding: decodeCodes(book, codes) } };
  },
});
