/** Whether a node's pictures are all here, are on their way, or have not been asked for. */
export type DecodedState = "decoded" | "decoding" | "waiting";

/**
 * How far a node is with its pictures in the shown run. `pictures`: how many are here. `items`: how many it has begun; undefined for a
 * node that did not have to run, since all that is made of it was kept.
 */
export function decodedState(pictures: number, items: number | undefined, running: boolean): DecodedState {
  if (pictures > 0 && (!running || pictures === (items ?? pictures))) return "decoded";
  return running ? "decoding" : "waiting";
}
