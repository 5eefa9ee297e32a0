type Spot = { readonly node: string; readonly item: number };

type Lines = { next: number; readonly held: Map<number, string | undefined> };

/**
 * Prints a line for each item that ends, those of one node in the order of its items, in whatever order they end: a line waits for those of
 * the items before it.
 */
export class ItemLines {
  readonly #print: (line: string) => void;
  readonly #nodes = new Map<string, Lines>();

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  /** An item has ended. Without a line there is nothing to print of it, and no other waits for it. */
  ended({ node, item }: Spot, line?: string): void {
    const lines = this.#nodes.get(node) ?? { next: 0, held: new Map() };
    this.#nodes.set(node, lines);
    lines.held.set(item, line);
    for (; lines.held.has(lines.next); lines.next++) this.#take(lines, lines.next);
  }

  /** Prints what still waits, for a run that broke off: the items before it will not end. */
  rest(): void {
    for (const lines of this.#nodes.values())
      for (const item of [...lines.held.keys()].sort((a, b) => a - b)) this.#take(lines, item);
  }

  #take({ held }: Lines, item: number): void {
    const line = held.get(item);
    held.delete(item);
    if (line !== undefined) this.#print(line);
  }
}
