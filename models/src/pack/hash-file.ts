import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const chunk = 2 ** 20;

/** The sha256 of a file's bytes in hex, read through one buffer, so that gigabytes leave no memory to collect. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(chunk);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunk);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
