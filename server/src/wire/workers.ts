/** `GET /workers`: who carries out runs, by name; of a server with a queue of its own its one worker. */
export type WorkersReply = { readonly workers: readonly WorkerJson[] };

/** A worker as it described itself when it was last heard of. Times are in milliseconds since 1970. */
export type WorkerJson = {
  readonly id: string;
  /** The machine's name. */
  readonly name: string;
  readonly pid: number;
  /** The version of Clipwork. */
  readonly version: string;
  /** What its models run on. */
  readonly provider: string;
  /** Bytes of memory of its machine, or of what it may take of it. */
  readonly memory: number;
  /** The model packs that it has; a warm one was run since its process started, so that its models need not be loaded. Of a server's own worker that is not known. */
  readonly packs: readonly { readonly name: string; readonly warm?: boolean }[];
  /** What it does: a draining one takes no more runs, and one that is gone has said nothing for a while. */
  readonly state: "idle" | "busy" | "draining" | "gone";
  /** What it has in progress, and since when. */
  readonly runs: readonly { readonly run: string; readonly since: number }[];
  /** When it began to take runs. */
  readonly since: number;
  readonly heard: number;
};
