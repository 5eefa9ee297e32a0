/** A user's mistake, as data: where it is, what is wrong and what to do. A bug throws instead. */
export type Problem = {
  /** A stable identifier such as "unknown-node-type"; see SPEC.md. */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly node?: string;
  /** An input, output or parameter of the node. */
  readonly port?: string;
  /** One sentence that names the thing and its value. */
  readonly message: string;
  /** One sentence that says what to do. */
  readonly remedy: string;
};
