import { StringDecoder } from "node:string_decoder";

/** The most characters of a line: what follows is a line of its own. */
const longest = 2000;

/** Cuts what a process writes into its lines, whatever the pieces it comes in. */
export class Lines {
  readonly #take: (line: string) => void;
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  constructor(take: (line: string) => void) {
    this.#take = take;
  }

  add(piece: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(piece)).split(/\r?\n/);
    this.#rest = lines.pop()!;
    for (const line of lines) this.#tell(line);
    for (; this.#rest.length > longest; this.#rest = this.#rest.slice(longest))
      this.#take(this.#rest.slice(0, longest));
  }

  /** The last line may have no end. */
  end(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = "";
    this.#tell(last);
  }

  #tell(line: string): void {
    for (let at = 0; at < line.length && line.trim() !== ""; at += longest) this.#take(line.slice(at, at + longest));
  }
}
