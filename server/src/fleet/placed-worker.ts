import { hash } from "node:crypto";
import { constants, deflateSync, inflateSync } from "node:zlib";
import { type Claims, type Problem, Recent } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import { packNeed } from "../documents/needs.ts";
import { describePack } from "../documents/prepare-run.ts";
import { isUnusable } from "../installed/load-packs.ts";
import type { PackLibrary } from "../installed/pack-library.ts";
import type { Worker } from "../worker/worker.ts";
import type { CheckedPack, CheckedRun, LocalFile } from "../worker/worker-protocol.ts";

/** Bytes of orders that are remembered, packed. */
const maxRemembered = 4 * 2 ** 20;

type Parts = {
  readonly packs: Pick<PackLibrary, "load" | "hashes">;
  readonly artifacts: Pick<ArtifactStore, "open">;
  /** Where an artifact that was opened lies. */
  readonly place: (hash: string) => string;
  /** Who computes which value in the fleet. */
  readonly claims: Claims;
  /** What the models of this machine compute with: it is part of every fingerprint. */
  readonly numerics: string;
};

/** Packs that are remembered as warm, the last used: models of others have made room for theirs. */
const mostWarm = 8;

/** A worker, and the packs that its process has run, as `packNeed` names them, in one order whichever was used last. */
export type PlacedWorker = Pick<Worker, "run"> & { warm(): readonly string[] };

/** A worker for runs that another machine has checked: packs and files are taken from where this one has them, or the run is refused. */
export function placedWorker(worker: Pick<Worker, "run" | "starts">, parts: Parts): PlacedWorker {
  let warm: readonly string[] = [];
  /** The process that they are warm in. */
  let warmIn = 0;
  /** By digest of what came. */
  const placed = new Recent<Uint8Array>(maxRemembered);

  async function place(checked: CheckedRun, files: CheckedRun["files"]) {
    const found = await packsOf(checked, parts);
    if ("problems" in found) return found;
    const plan = { ...checked.plan, numerics: parts.numerics };
    const own: CheckedRun = { ...checked, plan, packs: found.packs, files };
    return deflateSync(JSON.stringify(own), { level: constants.Z_BEST_SPEED });
  }

  function warmed({ packs }: CheckedRun): void {
    const used = Object.entries(packs).map(([name, { digests }]) => packNeed(name, digests));
    const before = warmIn === worker.starts ? warm.filter((pack) => !used.includes(pack)) : [];
    warm = [...before, ...used].slice(-mostWarm);
    warmIn = worker.starts;
  }

  return {
    warm: () => (warmIn === worker.starts ? warm.toSorted() : []),
    async run(order, listener, options) {
      const digest = hash("sha256", order.checked);
      const known = placed.get(digest);
      const checked: CheckedRun = JSON.parse(inflateSync(order.checked).toString());
      // Files are looked for each time: they may have been removed here.
      const files = await filesOf(checked, parts);
      if (!files) return { problems: [noFile] };
      const found = known ?? (await place(checked, files));
      if ("problems" in found) return found;
      placed.set(digest, found, found.length);
      const result = await worker.run({ ...order, checked: found }, listener, { ...options, claims: parts.claims });
      // A pack may have changed here.
      if ("problems" in result) placed.delete(digest);
      else warmed(checked);
      return result;
    },
  };
}

const noFile: Problem = {
  code: "unusable-file",
  severity: "error",
  message: "A file of the run is no longer in the store.",
  remedy: "Upload it again, and start the run again.",
};

async function filesOf({ files }: CheckedRun, { artifacts, place }: Parts): Promise<CheckedRun["files"] | undefined> {
  const found: [string, LocalFile][] = [];
  for (const [name, { digest }] of Object.entries(files)) {
    await using artifact = await artifacts.open(digest);
    if (!artifact) return undefined;
    found.push([name, { path: place(digest), digest }]);
  }
  return Object.fromEntries(found);
}

async function packsOf(
  { packs }: CheckedRun,
  { packs: library }: Parts,
): Promise<{ readonly packs: CheckedRun["packs"] } | { readonly problems: readonly Problem[] }> {
  const here = await library.load(Object.keys(packs));
  const found: [string, CheckedPack][] = [];
  for (const [name, { digests }] of Object.entries(packs)) {
    const pack = here.get(name);
    if (!pack || isUnusable(pack)) return { problems: [noPack(name, pack?.message)] };
    // The worker's process compares the digests with those of the pack as it is here.
    found.push([name, { ...describePack(pack, library.hashes), digests }]);
  }
  return { packs: Object.fromEntries(found) };
}

function noPack(name: string, message = `This worker has no model pack "${name}".`): Problem {
  const remedy = "Install the same packs on every machine that has workers.";
  return { code: "unusable-pack", severity: "error", message, remedy };
}
