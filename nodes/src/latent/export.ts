import { list, NodeError } from "@clipwork/engine";
import { npyMedia, writeNpy } from "../kinds/npy.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const exportEmbeddings = defineNode({
  type: "latent.export",
  version: 1,
  title: "Embeddings as a NumPy file",
  summary: "Packs image embeddings into one array [N, D] of float32, as numpy.load reads it.",
  inputs: { embeddings: list(t.sharedImageEmbedding("The embeddings.")) },
  outputs: { file: t.file("The array, as a .npy file.") },
  run({ embeddings }) {
    const width = embeddings[0]!.embedding.length;
    const data = new Float32Array(embeddings.length * width);
    for (const [row, { embedding }] of embeddings.entries()) {
      if (embedding.length !== width)
        throw new NodeError(
          `Embedding ${row + 1} has ${embedding.length} numbers, but the first has ${width}.`,
          "Give embeddings of one CLIP space.",
        );
      data.set(embedding, row * width);
    }
    return { file: { media: npyMedia, ending: ".npy", bytes: writeNpy(data, embeddings.length, width) } };
  },
});
