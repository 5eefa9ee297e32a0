import { inNodeOrder, type Output, type OutputFile } from "@clipwork/client/runs";
import type { WorkflowJson } from "@clipwork/engine";
import { itemName } from "../outputs/item-name.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";

/** The outputs of a run of that workflow in the order of its nodes and of items, with their files in memory. */
export function readOutputs(made: readonly OutputFiles[], workflow: WorkflowJson): readonly Output[] {
  return inNodeOrder(made, workflow).map(readOutput);
}

function readOutput({ node, item, items, name, kind, files: made }: OutputFiles): Output {
  const files = made.map(
    ({ ending, media, bytes }): OutputFile => ({
      name: `${itemName(name, item, items)}${ending}`,
      media,
      size: bytes.byteLength,
      bytes: async () => new Uint8Array(bytes),
    }),
  );
  const picture = files[made.findIndex((file) => file.picture)];
  return { node, item, kind, files, ...(picture && { picture }) };
}
