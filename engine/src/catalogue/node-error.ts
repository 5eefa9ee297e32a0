/** A failure that a node foresaw, with a sentence that says what to do. Of any other error only the message is shown. */
export class NodeError extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NodeError";
    this.remedy = remedy;
  }
}

/** Message and remedy of whatever a node threw. Never a stack. */
export function explainFailure(error: unknown): { readonly message: string; readonly remedy?: string } {
  const message = (error instanceof Error ? error.message : String(error)).trim() || "It failed without a message.";
  const remedy = error instanceof Error ? (error as { remedy?: unknown }).remedy : undefined;
  return typeof remedy === "string" ? { message, remedy } : { message };
}
