import { setImmediate } from "node:timers/promises";
import { philox4x32 } from "../diffusion/philox.ts";

/** Points that are placed at most: the library's preparation cannot be interrupted, and takes a second for every thousand. */
export const maxUmapPoints = 5_000;

/** Second key of the random numbers, "umap" in ASCII: no purpose of noise has it. */
const key = 0x756d6170;
/** How many rows, and how many epochs, are worked on between two looks at the signal. */
const rowsAtOnce = 32;
const epochsAtOnce = 10;

export type UmapOptions = {
  readonly seed: number;
  /** How many nearest rows each is held to; fewer than there are rows. */
  readonly neighbours: number;
  /** How close points may lie, in units of the map. */
  readonly minDistance: number;
  readonly signal: AbortSignal;
  /** Hears how far it is, and where the points are by then. */
  readonly onEpoch: (epoch: number, epochs: number, points: () => Float32Array) => void;
};

/**
 * Places rows [N, D] in a plane so that near ones stay near: UMAP (McInnes, Healy and Melville 2018) by umap-js, from exact nearest
 * neighbours by Euclidean distance. Returns [N, 2]. The same rows, options and seed give the same places. Rejects with the signal's
 * reason when it is aborted.
 */
export async function umap(rows: Float32Array, count: number, options: UmapOptions): Promise<Float32Array> {
  const { seed, neighbours, minDistance, signal, onEpoch } = options;
  const { items, distances } = await nearestRows(rows, count, neighbours, signal);
  // Loaded here: with the linear algebra that it brings, it would delay the start of every command.
  const { UMAP } = await import("umap-js");
  const layout = new UMAP({ nComponents: 2, nNeighbors: neighbours, minDist: minDistance, random: uniform(seed) });
  layout.setPrecomputedKNN(items, distances);
  const width = rows.length / count;
  const epochs = layout.initializeFit(
    Array.from({ length: count }, (_, row) => [...rows.subarray(row * width, (row + 1) * width)]),
  );
  const points = () => Float32Array.from(layout.getEmbedding().flat());
  for (let epoch = 1; epoch <= epochs; epoch++) {
    layout.step();
    if (epoch % epochsAtOnce > 0) continue;
    onEpoch(epoch, epochs, points);
    await setImmediate();
    signal.throwIfAborted();
  }
  return points();
}

/** For each row its nearest rows, itself first, by number and by distance. Of equally near ones the first. */
async function nearestRows(rows: Float32Array, count: number, neighbours: number, signal: AbortSignal) {
  const width = rows.length / count;
  const items: number[][] = [];
  const distances: number[][] = [];
  const squares = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    for (let other = 0; other < count; other++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (rows[row * width + i]! - rows[other * width + i]!) ** 2;
      squares[other] = other === row ? -1 : sum;
    }
    const order = Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]! || a - b);
    items.push(order.slice(0, neighbours));
    distances.push(items[row]!.map((other) => Math.sqrt(Math.max(0, squares[other]!))));
    if (row % rowsAtOnce > 0) continue;
    await setImmediate();
    signal.throwIfAborted();
  }
  return { items, distances };
}

/** Numbers from [0, 1) one after the other, by the counted generator of noise. */
function uniform(seed: number): () => number {
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if (drawn % 4 === 0) {
      words.set([drawn / 4, 0, 0, 0]);
      philox4x32(words, seed, key);
    }
    return words[drawn++ % 4]! / 2 ** 32;
  };
}
