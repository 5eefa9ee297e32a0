import { list, NodeError, p } from "@clipwork/engine";
import { readNpy } from "../kinds/read-npy.ts";
import { t } from "../kinds/t.ts";
import { ownSpace } from "../stage/pack-facts.ts";
import { defineNode } from "../stage/services.ts";

export const importEmbeddings = defineNode({
  type: "latent.import",
  version: 1,
  title: "Load embeddings",
  summary: "Reads a saved list of image embeddings from a NumPy file, such as a reference set.",
  outputs: { embeddings: list(t.imageEmbedding("The embeddings, in the order of the file's rows.")) },
  params: {
    pack: p.pack(),
    file: p.file("The .npy file: an array [N, D] of float32, in the CLIP space of the pack.", { array: true }),
  },
  async run(_, { pack, file }, host) {
    const found = readNpy(await host.file(file));
    if ("reason" in found)
      throw new NodeError(`The file "${file}" cannot be used as embeddings: ${found.reason}.`, found.remedy);
    const { rows, columns, data } = found;
    const { name, dimension } = ownSpace(host.pack(pack));
    if (columns !== dimension)
      throw new NodeError(
        `The embeddings in "${file}" have ${columns} numbers, but those of "${name}", the CLIP space of the pack "${pack}", have ${dimension}.`,
        "Choose the pack whose CLIP made them, or give another file.",
      );
    return {
      embeddings: Array.from({ length: rows }, (_, row) => ({
        embedding: data.slice(row * columns, (row + 1) * columns),
      })),
    };
  },
});
