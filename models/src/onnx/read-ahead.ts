import { open } from "node:fs/promises";

const chunk = 8 * 2 ** 20;
/** Milliseconds in which a chunk comes from memory and not from a disk: 2 GB a second. */
const quick = 4;
const mostSkipped = 64;

/**
 * Reads files from front to back, so that the system has them in memory when they are mapped: in order, a disk is read many times as fast
 * as page by page in the order of use. What is in memory already is skipped, after samples. `onRead` is told how many bytes are done.
 * Rejects with the signal's reason when aborted, and as the system does.
 */
export async function readAhead(
  paths: readonly string[],
  { onRead, signal }: { readonly onRead: (bytes: number) => void; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunk);
  let before = 0;
  for (const path of paths) {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      for (let at = 0, step = 1; at < size; at += step * chunk) {
        signal?.throwIfAborted();
        const start = performance.now();
        await file.read(buffer, 0, chunk, at);
        const skips = performance.now() - start < quick;
        step = skips ? Math.min(2 * step, mostSkipped) : 1;
        onRead(before + Math.min(size, at + step * chunk));
      }
      before += size;
    } finally {
      await file.close();
    }
  }
}
