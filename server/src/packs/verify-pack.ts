import { FileHashes, loadPack } from "@clipwork/models";
import { type Tried, tryPack } from "./try-pack.ts";

/** Reads every file of a pack anew, and runs each of its networks once. Throws PackError if one is not what the manifest says, or fails. */
export async function verifyPack(
  folder: string,
  { tell, signal }: { readonly tell: (line: string) => void; readonly signal?: AbortSignal },
): Promise<readonly Tried[]> {
  const pack = await loadPack(folder, new FileHashes());
  return tryPack(pack, { onStage: (stage) => tell(`running ${stage} once`), ...(signal && { signal }) });
}
