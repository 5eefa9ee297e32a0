import { NodeError, p } from "@clipwork/engine";
import { encodeCodes } from "../codes/codebook.ts";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { codebookArrays, readCodebook } from "../stage/codebook.ts";
import { defineNode } from "../stage/services.ts";

export const encodeCodesNode = defineNode({
  type: "latent.encode-codes",
  version: 1,
  title: "Encode as codes",
  summary: "Turns an image embedding into codes: the buckets of its coordinates along the pack's principal components.",
  inputs: { embedding: t.imageEmbedding("The image embedding.", "autoregressive-prior") },
  outputs: { codes: t.codes("Its codes, the first of the component with the largest variance.") },
  params: { pack: p.pack() },
  arrays: codebookArrays,
  async run(inputs, { pack }, host) {
    const [embedding] = vectorsOf([inputs.embedding]) as [Float32Array];
    const book = await readCodebook(pack, host);
    const { length } = book.basis.mean;
    if (embedding.length !== length)
      throw new NodeError(
        `The embedding has ${embedding.length} numbers, but the codes of the pack "${pack}" are of ${length}.`,
        "Give an embedding of the pack's own CLIP space.",
      );
    return { codes: { codes: encodeCodes(book, embedding), buckets: book.buckets } };
  },
});
