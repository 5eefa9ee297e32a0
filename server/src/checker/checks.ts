import { createHash, hash } from "node:crypto";
import {
  type Problem,
  parseJson,
  Recent,
  readDocument,
  stampTypes,
  type Unusable,
  utf8,
  writePlan,
  writtenTitle,
} from "@clipwork/engine";
import type { Pack } from "@clipwork/models";
import { packFacts } from "@clipwork/nodes";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import { assetsIn, findAssets } from "../artifacts/asset-files.ts";
import { sha256 } from "../documents/environment.ts";
import { gistOf } from "../documents/gist.ts";
import { type Needs, needsOf, offerOf } from "../documents/needs.ts";
import { packWarnings } from "../documents/pack-warnings.ts";
import { type PreparedRun, prepareDocument, writeChecked } from "../documents/prepare-run.ts";
import { lookAhead, maxKinds, workAhead } from "../documents/work-ahead.ts";
import { type PackedJson, packJson, unpackedSize, unpackJson } from "../files/packed-json.ts";
import { isUnusable } from "../installed/load-packs.ts";
import { PackLibrary } from "../installed/pack-library.ts";
import type { Setup } from "../installed/setup.ts";
import type { ValueStore } from "../values/value-store.ts";
import type { Hash, PackJson } from "../wire/wire.ts";
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

/** Bytes of all bodies, and of all documents, unpacked, that are remembered; and how many: what was read and checked takes many times its text. */
const maxRemembered = 16 * 2 ** 20;
const mostRemembered = 100;

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
  readonly assets: readonly Hash[];
  /** As a worker is given it, once it was asked for. */
  checked?: Uint8Array;
  /** What it needs of a worker, once that was asked for. */
  needs?: Needs;
};

/**
 * Reads and checks documents for a server. The last ones are remembered, so that what is submitted after its forecast, or once more,
 * is neither read nor checked again, unless one of its packs or pictures has changed by then.
 */
export class Checks {
  readonly #parts: Parts;
  readonly #packs: PackLibrary;
  /** By digest of the body. */
  readonly #bodies = new Recent<ReadBody>(maxRemembered, mostRemembered);
  /** By digest of the packed document. */
  readonly #documents = new Recent<unknown>(maxRemembered, mostRemembered);
  /** By digest of document, settings and targets. */
  readonly #passed = new Recent<Passed>(maxRemembered, mostRemembered);

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#packs = new PackLibrary(parts.setup.packRoots, parts.setup.hashesFile);
  }

  /** Reads a body the way the text of a workflow file is read: what `JSON.parse` would lose silently is refused. */
  read(body: Uint8Array): ReadBody {
    const digest = hash("sha256", body);
    const known = this.#bodies.get(digest);
    if (known) return known;
    const { json, problem } = parseJson(new TextDecoder().decode(body), "The body");
    if (problem) return { problem };
    if (typeof json !== "object" || json === null || !Object.hasOwn(json, "document")) return { rest: json };
    const { document, ...rest } = json as { document: unknown };
    const packed = packJson(JSON.stringify(document));
    const read = { rest, document: packed };
    this.#bodies.set(digest, read, body.length);
    this.#documents.set(hash("sha256", packed), document, unpackedSize(packed));
    return read;
  }

  /** What is to be saved: anything that is a workflow by its shape, half-wired or not. */
  inspect(packed: PackedJson): WorkflowFacts {
    const { document, problems } = readDocument(this.#parse(packed));
    return document ? { assets: assetsIn(document.json) } : { problems };
  }

  async check(request: CheckRequest): Promise<CheckReply> {
    const { passed, problems: found } = await this.#prepare(request);
    if (!passed) return { problems: found };
    const { prepared, assets } = passed;
    const { want } = request;
    const problems = [...found, ...(await packWarnings(prepared.plan, passed.packs, this.#parts.setup.device))];
    if (want.order) {
      passed.checked ??= writeChecked(prepared);
      passed.needs ??= await this.#needs(passed);
    }
    const { meta } = prepared.document.json;
    const accepted: AcceptedDocument = {
      title: (writtenTitle(meta) ?? "").slice(0, 200) || "Untitled",
      assets,
      ...gistOf(prepared),
      ...(want.order && { checked: passed.checked!, needs: passed.needs! }),
      ...(want.outlook && { outlook: await this.#outlook(prepared, want.outlook) }),
    };
    return { accepted, problems };
  }

  async packs(): Promise<readonly PackJson[]> {
    return [...(await this.#packs.load())].map(([name, pack]) => {
      if (isUnusable(pack)) return { name, unusable: { message: pack.message, remedy: pack.remedy } };
      const { title, version, licence, vocabulary } = pack.manifest;
      return { name, title, version, licence, facts: packFacts(pack), vocabulary: Object.values(vocabulary).flat() };
    });
  }

  /** What a worker has whose node types and packs are those of this process. */
  async offer(): Promise<readonly string[]> {
    return offerOf(stampTypes(this.#parts.setup.nodes.catalogue, sha256), await this.#packs.load());
  }

  #needs({ prepared, packs }: Passed): Promise<Needs> {
    const { catalogue } = this.#parts.setup.nodes;
    const { types } = writePlan(prepared.plan);
    return needsOf(prepared.plan, { types, packs, checked: prepared.packs, known: (type) => catalogue.has(type) });
  }

  /** Forgets what was read and what passed: it takes memory. */
  forget(): void {
    for (const recent of [this.#bodies, this.#documents, this.#passed]) recent.clear();
  }

  #parse(packed: PackedJson): unknown {
    return this.#documents.get(hash("sha256", packed)) ?? JSON.parse(unpackJson(packed));
  }

  async #prepare(request: CheckRequest): Promise<{ passed?: Passed; problems: readonly Problem[] }> {
    const { document: packed, set, targets } = request;
    const key = createHash("sha256")
      .update(packed)
      .update(JSON.stringify([set, targets]))
      .digest("hex");
    const known = this.#passed.get(key);
    if (known && (await this.#holds(known))) return { passed: known, problems: known.problems };
    this.#passed.delete(key);
    const { document, problems: unreadable } = readDocument(this.#parse(packed));
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
    const passed: Passed = { prepared, problems, packs, assets: assetsIn([prepared.document.json, set]) };
    this.#passed.set(key, passed, unpackedSize(packed));
    return { passed, problems };
  }

  /** Whether its packs and pictures are still those that it was checked with. */
  async #holds({ prepared, packs }: Passed): Promise<boolean> {
    const now = await this.#packs.load(packs.keys());
    for (const [name, pack] of packs) if (now.get(name) !== pack || isUnusable(pack)) return false;
    const files = await findAssets(Object.keys(prepared.files), new Set(), this.#parts.artifacts);
    return Object.values(files).every((file) => !isUnusable(file));
  }

  async #outlook({ plan }: PreparedRun, { fresh, states }: OutlookRequest): Promise<DocumentOutlook> {
    const { store } = this.#parts;
    const ahead = await workAhead(plan, store, fresh);
    const kinds = countKinds(ahead.values());
    if (!states) return { kinds };
    const nodes = [...(await lookAhead(plan, store, fresh))].map(([node, state]) => {
      return { node, state, ...ahead.get(node) };
    });
    return { kinds, nodes: utf8(JSON.stringify(nodes)) };
  }
}

function countKinds(work: Iterable<{ readonly kind: string; readonly items: number }>): KindCounts {
  const counts: { [kind: string]: number } = {};
  let different = 0;
  for (const { kind, items } of work) {
    if (counts[kind] === undefined && ++different > maxKinds) return null;
    counts[kind] = (counts[kind] ?? 0) + items;
  }
  return counts;
}
