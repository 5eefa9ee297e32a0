/** What is drawn of the document's nodes, in the order that they have there: it is read, and stacked, in that order wherever the window goes. */
export class DocumentOrder {
  #ranks: ReadonlyMap<string, number> = new Map();
  #drawn: string[] = [];

  /** The order of the document's nodes from now on. Returns what is drawn, in that order, if it stood in another one. */
  set(nodes: Iterable<string>): readonly string[] | undefined {
    this.#ranks = new Map([...nodes].map((id, i) => [id, i]));
    if (this.#drawn.every((id, i) => i === 0 || this.#rank(this.#drawn[i - 1]!) < this.#rank(id))) return undefined;
    this.#drawn.sort((a, b) => this.#rank(a) - this.#rank(b));
    return this.#drawn;
  }

  /** A node is drawn now. Returns the next one in order that is, if any. */
  add(id: string): string | undefined {
    const at = this.#placeOf(id);
    this.#drawn.splice(at, 0, id);
    return this.#drawn[at + 1];
  }

  /** A node is no longer drawn. */
  delete(id: string): void {
    const at = this.#placeOf(id);
    if (this.#drawn[at] === id) this.#drawn.splice(at, 1);
  }

  #rank(id: string): number {
    return this.#ranks.get(id) ?? -1;
  }

  /** How many of those that are drawn come before it. */
  #placeOf(id: string): number {
    const rank = this.#rank(id);
    let [from, to] = [0, this.#drawn.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#rank(this.#drawn[middle]!) < rank) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
