// What a server says of itself.

/** `GET /version` and `GET /health` */
export type VersionReply = {
  readonly version: string;
  readonly versions: { readonly [name: string]: string };
  readonly called: Called;
};
/** How people call the command line of the Clipwork that serves, on its machine. */
export type Called = {
  readonly command: string;
  /** The folder of the shipped workflows from where it is called; absent where they lie elsewhere. */
  readonly workflows?: string;
};
export type HealthReply = {
  readonly status: "ok" | "starting" | "stopping" | "worker-lost";
  readonly provider: string;
};
