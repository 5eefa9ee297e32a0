import { createHash } from "node:crypto";
import { type Problem, parseJson, readDocument, type Unusable, utf8, type WorkflowJson } from "@clipwork/engine";
import type { Pack } from "@clipwork/models";
import { packFacts } from "@clipwork/nodes";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import { assetsIn, findAssets } from "../artifacts/asset-files.ts";
import { type PreparedRun, prepareDocument, writeChecked } from "../documents/prepare-run.ts";
import { lookAhead, maxKinds, workAhead } from "../documents/work-ahead.ts";
import { type PackedJson, packJson, unpackedSize, unpackJson } from "../files/packed-json.ts";
import { isUnusable } from "../installed/load-packs.ts";
import { PackLibrary } from "../installed/pack-library.ts";
import type { Setup } from "../installed/setup.ts";
import type { ValueStore } from "../values/value-store.ts";
import type { PackJson } from "../wire/wire.ts";
import type {
  AcceptedDocument,
  CheckReply,
  CheckRequest,
  DocumentOutlook,
  KindCounts,
  OutlookRequest,
  ReadBody,
  WorkflowFacts,
} from "./checker-protocol.ts";

/** Bytes of all documents, unpacked, whose checks are remembered. */
const maxRemembered = 16 * 2 ** 20;

type Parts = {
  readonly setup: Setup;
  readonly artifacts: ArtifactFiles;
  readonly store: Pick<ValueStore, "holds" | "observed">;
};

/** A document that may be run, with everything its check depended on besides its text. */
type Passed = {
  readonly prepared: PreparedRun;
  readonly problems: readonly Problem[];
  readonly packs: ReadonlyMap<string, Pack | Unusable>;
  readonly length: number;
};

/**
 * Checks documents for a server. The last ones that passed are remembered, so that a run submitted after its forecast is
 * not checked again, unless one of its packs or pictures has changed by then.
 */
export class Checks {
  readonly #parts: Parts;
  readonly #packs: PackLibrary;
  /** By digest of document, settings and targets; the most recently used one is last. */
  readonly #passed = new Map<string, Passed>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#packs = new PackLibrary(parts.setup.packRoots, parts.setup.hashesFile);
  }

  /** Reads a body the way the text of a workflow file is read: what `JSON.parse` would lose silently is refused. */
  read(body: Uint8Array): ReadBody {
    const { json, problem } = parseJson(new TextDecoder().decode(body), "The body");
    if (problem) return { problem };
    if (typeof json !== "object" || json === null || !Object.hasOwn(json, "document")) return { rest: json };
    const { document, ...rest } = json as { document: unknown };
    return { rest, document: packJson(JSON.stringify(document)) };
  }

  /** What is to be saved: anything that is a workflow by its shape, half-wired or not. */
  inspect(packed: PackedJson): WorkflowFacts {
    const { document, problems } = readDocument(JSON.parse(unpackJson(packed)));
    return document ? { assets: assetsIn(document.json) } : { problems };
  }

  async check(request: CheckRequest): Promise<CheckReply> {
    const { prepared, problems } = await this.#prepare(request);
    if (!prepared) return { problems };
    const { want, set } = request;
    const { meta } = prepared.document.json;
    const accepted: AcceptedDocument = {
      title: String(meta?.title ?? "").slice(0, 200) || "Untitled",
      assets: assetsIn([prepared.document.json, set]),
      ...(want.order && { checked: writeChecked(prepared) }),
      ...(want.outlook && { outlook: await this.#outlook(prepared, want.outlook) }),
    };
    return { accepted, problems };
  }

  async packs(): Promise<readonly PackJson[]> {
    return [...(await this.#packs.load())].map(([name, pack]) => {
      if (isUnusable(pack)) return { name, unusable: { message: pack.message, remedy: pack.remedy } };
      const { title, licence, vocabulary } = pack.manifest;
      return { name, title, licence, facts: packFacts(pack), vocabulary: Object.values(vocabulary).flat() };
    });
  }

  /** Forgets the documents that passed: they take memory. */
  forget(): void {
    this.#passed.clear();
  }

  async #prepare(request: CheckRequest): Promise<{ prepared?: PreparedRun; problems: readonly Problem[] }> {
    const { document: packed, set, targets } = request;
    const key = createHash("sha256")
      .update(packed)
      .update(JSON.stringify([set, targets]))
      .digest("hex");
    const known = this.#passed.get(key);
    this.#passed.delete(key);
    if (known && (await this.#holds(known))) {
      this.#passed.set(key, known);
      return known;
    }
    const json: WorkflowJson = JSON.parse(unpackJson(packed));
    const { document, problems: unreadable } = readDocument(json);
    if (!document) return { problems: unreadable };
    const packs = new Map<string, Pack | Unusable>();
    const { prepared, problems } = await prepareDocument(document, {
      settings: set,
      targets,
      setup: this.#parts.setup,
      hashes: this.#packs.hashes,
      findPacks: async (names) => {
        const found = await this.#packs.load(names);
        for (const [name, pack] of found) packs.set(name, pack);
        return found;
      },
      findFiles: (names, folders) => findAssets(names, folders, this.#parts.artifacts),
    });
    if (!prepared) return { problems };
    this.#remember(key, { prepared, problems, packs, length: unpackedSize(packed) });
    return { prepared, problems };
  }

  /** Whether its packs and pictures are still those that it was checked with. */
  async #holds({ prepared, packs }: Passed): Promise<boolean> {
    const now = await this.#packs.load(packs.keys());
    for (const [name, pack] of packs) if (now.get(name) !== pack || isUnusable(pack)) return false;
    const files = await findAssets(Object.keys(prepared.files), new Set(), this.#parts.artifacts);
    return Object.values(files).every((file) => !isUnusable(file));
  }

  #remember(key: string, passed: Passed): void {
    this.#passed.set(key, passed);
    let length = 0;
    for (const one of this.#passed.values()) length += one.length;
    for (const [oldest, one] of this.#passed) {
      if (length <= maxRemembered) return;
      this.#passed.delete(oldest);
      length -= one.length;
    }
  }

  async #outlook({ plan }: PreparedRun, { fresh, states }: OutlookRequest): Promise<DocumentOutlook> {
    const { store } = this.#parts;
    const kinds = countKinds((await workAhead(plan, store, fresh)).values());
    if (!states) return { kinds };
    const nodes = [...(await lookAhead(plan, store, fresh))].map(([node, state]) => ({ node, state }));
    return { kinds, nodes: utf8(JSON.stringify(nodes)) };
  }
}

function countKinds(kinds: Iterable<string>): KindCounts {
  const counts: { [kind: string]: number } = {};
  let different = 0;
  for (const kind of kinds) {
    if (counts[kind] === undefined && ++different > maxKinds) return null;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
