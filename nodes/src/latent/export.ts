import { list } from "@clipwork/engine";
import { npyMedia, writeNpy } from "../kinds/npy.ts";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";

export const exportEmbeddings = defineNode({
  type: "latent.export",
  version: 1,
  title: "Embeddings as a NumPy file",
  summary: "Packs image embeddings into one array [N, D] of float32, as numpy.load reads it.",
  inputs: { embeddings: list(t.sharedImageEmbedding("The embeddings.")) },
  outputs: { file: t.file("The array, as a .npy file.") },
  run({ embeddings }) {
    const vectors = vectorsOf(embeddings);
    const width = vectors[0]!.length;
    const data = new Float32Array(vectors.length * width);
    for (const [row, vector] of vectors.entries()) data.set(vector, row * width);
    return { file: { media: npyMedia, ending: ".npy", bytes: writeNpy(data, vectors.length, width) } };
  },
});
