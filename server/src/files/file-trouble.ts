import { isNpy, npyTrouble, pictureTrouble } from "@clipwork/nodes";

/** What a file cannot be used as, why, and what to do about it. */
export type FileTrouble = { readonly as: "a picture" | "an array"; readonly reason: string; readonly remedy: string };

/**
 * What is wrong with a file that a node may be given: with an array if it begins as a NumPy file does, otherwise with a picture.
 * It is read to its last byte. Undefined if it is whole.
 */
export async function fileTrouble(bytes: Uint8Array): Promise<FileTrouble | undefined> {
  const as = isNpy(bytes) ? "an array" : "a picture";
  const trouble = as === "an array" ? npyTrouble(bytes) : await pictureTrouble(bytes);
  return trouble && { as, ...trouble };
}
