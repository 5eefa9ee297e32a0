import type { DocumentPresence, OtherPerson } from "../wire/wire.ts";

/** A page's own: the name of its token, and the token's digest, "" without one. */
export type Person = { readonly name: string; readonly token: string };

/** Documents that one page may have open at once, as far as others are told. */
export const maxDocuments = 100;
/** Tokens that a page is told of by name, for each document. */
const maxNamed = 8;

type Page = { readonly person: Person; readonly documents: ReadonlySet<string> };

/** Which page has which documents open, as the pages say. A page is told of the others, one entry a token; nothing of it outlives a page. */
export class Presence {
  readonly #pages = new Map<string, Page>();
  /** The pages that have a document open. */
  readonly #open = new Map<string, Set<string>>();
  /** Documents of which the pages have not been told how it is now. */
  readonly #changed = new Set<string>();

  /** A page has these documents open, and no others. */
  open(page: string, person: Person, documents: readonly string[]): void {
    const before = this.#pages.get(page)?.documents ?? new Set<string>();
    const now = new Set(documents.slice(0, maxDocuments));
    this.#pages.set(page, { person, documents: now });
    for (const document of before) if (!now.has(document)) this.#close(page, document);
    for (const document of now) {
      if (before.has(document)) continue;
      const pages = this.#open.get(document) ?? new Set();
      this.#open.set(document, pages.add(page));
      this.#changed.add(document);
    }
  }

  /** A page is gone. */
  leave(page: string): void {
    for (const document of this.#pages.get(page)?.documents ?? []) this.#close(page, document);
    this.#pages.delete(page);
  }

  /** The documents that somebody opened or left since the last time, each with the pages that have it open. */
  takeChanged(): readonly (readonly [document: string, pages: readonly string[]])[] {
    const changed = [...this.#changed].map((document) => [document, [...(this.#open.get(document) ?? [])]] as const);
    this.#changed.clear();
    return changed;
  }

  /** Who else has the document open, as that page is told: its own token first, then by name. */
  besides(page: string, document: string): DocumentPresence {
    const self = this.#pages.get(page)?.person.token;
    const people = new Map<string, OtherPerson>();
    for (const other of this.#open.get(document) ?? []) {
      if (other === page) continue;
      const { name, token } = this.#pages.get(other)!.person;
      const pages = (people.get(token)?.pages ?? 0) + 1;
      people.set(token, { name, pages, ...(token === self && { own: true }) });
    }
    const rank = ({ own, name }: OtherPerson) => `${own ? 0 : 1}${name}`;
    const sorted = [...people.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    return { document, others: sorted.slice(0, maxNamed), more: Math.max(0, sorted.length - maxNamed) };
  }

  #close(page: string, document: string): void {
    const pages = this.#open.get(document);
    pages?.delete(page);
    if (pages?.size === 0) this.#open.delete(document);
    this.#changed.add(document);
  }
}
