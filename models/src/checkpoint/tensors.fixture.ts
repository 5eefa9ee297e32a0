import { bytesOf, safetensors } from "../pack/safetensors.fixture.ts";

/** A tensor of float32 numbers, or of any other type by its bytes. */
export type TensorGiven =
  | { readonly shape: readonly number[]; readonly values: readonly number[] }
  | { readonly shape: readonly number[]; readonly type: string; readonly bytes: Uint8Array };

/** The bytes of a `.safetensors` file with these tensors, one behind the other. */
export function tensorFile(tensors: { readonly [name: string]: TensorGiven }): Uint8Array {
  const header: Record<string, object> = { __metadata__: { format: "pt" } };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, given] of Object.entries(tensors)) {
    const bytes = "bytes" in given ? given.bytes : bytesOf(Float32Array.from(given.values));
    const dtype = "type" in given ? given.type : "F32";
    header[name] = { dtype, shape: given.shape, data_offsets: [at, at + bytes.length] };
    parts.push(bytes);
    at += bytes.length;
  }
  return safetensors(header, Buffer.concat(parts));
}
