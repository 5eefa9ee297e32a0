/** A failure that a node foresaw, with a sentence that says what to do. Any other error is shown by its message alone. */
export class NodeError extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NodeError";
    this.remedy = remedy;
  }
}
