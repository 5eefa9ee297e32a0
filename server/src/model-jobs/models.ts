import { rm, statfs } from "node:fs/promises";
import { basename } from "node:path";
import { findPacks } from "@clipwork/models";
import { Refusal } from "../artifacts/refusal.ts";
import type { Checker } from "../checker/checker.ts";
import { sourceText } from "../hub/connection/names.ts";
import { hubOf } from "../hub/connection/settings.ts";
import { downloadsFolder, type Unfinished, unfinished } from "../hub/staging.ts";
import { packRoots } from "../installed/load-packs.ts";
import { describePacks } from "../packs/describe-packs.ts";
import { noPack, removeInstalled } from "../packs/remove-pack.ts";
import type { ModelJob, ModelsReply } from "../wire/wire.ts";
import type { ModelJobs } from "./model-jobs.ts";

/** The model packs of a data folder, as the API shows and changes them. */
export class Models {
  readonly #dataFolder: string;
  readonly #hosts: readonly string[];
  readonly #checker: Pick<Checker, "packs">;
  readonly jobs: ModelJobs;

  constructor(parts: {
    readonly dataFolder: string;
    readonly hosts: readonly string[];
    readonly checker: Pick<Checker, "packs">;
    readonly jobs: ModelJobs;
  }) {
    this.#dataFolder = parts.dataFolder;
    this.#hosts = parts.hosts;
    this.#checker = parts.checker;
    this.jobs = parts.jobs;
  }

  async list(): Promise<ModelsReply> {
    const { endpoint, token, offline } = hubOf(this.#hosts);
    const [packs, downloads, checked, disk] = await Promise.all([
      describePacks(this.#dataFolder),
      unfinished(downloadsFolder(this.#dataFolder)),
      this.#checker.packs(),
      statfs(this.#dataFolder),
    ]);
    const wrong = new Map(checked.flatMap((pack) => ("unusable" in pack ? [[pack.name, pack.unusable]] : [])));
    return {
      packs: packs.map((pack) => {
        const unusable = pack.unusable ?? wrong.get(pack.name);
        return unusable ? { ...pack, unusable } : pack;
      }),
      downloads: downloads.filter(({ busy }) => !busy).map(shown),
      jobs: this.jobs.list(),
      hub: { endpoint: endpoint.origin, token: token !== undefined, offline },
      free: disk.bavail * disk.bsize,
    };
  }

  async verify(name: string): Promise<ModelJob> {
    const places = await findPacks(packRoots(this.#dataFolder));
    const folder = places.get(name);
    if (folder !== undefined) return this.jobs.verify(name, folder);
    const { message, remedy } = noPack(name, [...places.keys()]);
    throw new Refusal("unknown", message, remedy);
  }

  /** Removes a pack of the data folder; one whose weights are nowhere else only by `force`. */
  async remove(name: string, force: boolean): Promise<void> {
    const inBytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
    const removed = await removeInstalled(this.#dataFolder, { name, force, inBytes });
    if (!("error" in removed)) return;
    const { code, error } = removed;
    if (code === "only-copy") throw new Refusal("conflict", error.message, 'Send "force=true" to delete them.');
    throw new Refusal(code === "unknown-pack" ? "unknown" : "conflict", error.message, error.remedy);
  }

  /** Removes a download that is not whole. */
  async discard(id: string): Promise<void> {
    const found = (await unfinished(downloadsFolder(this.#dataFolder))).find(({ folder }) => basename(folder) === id);
    if (!found) throw new Refusal("unknown", "There is no such download.", "List the models.");
    if (found.busy) throw new Refusal("conflict", `${found.repository} is being downloaded.`, "Cancel that first.");
    await rm(found.folder, { recursive: true, force: true });
  }
}

function shown({
  folder,
  repository,
  revision,
  variant,
  choices,
  bytes,
}: Unfinished): ModelsReply["downloads"][number] {
  const source = sourceText({ id: repository, revision });
  return { id: basename(folder), source, bytes, ...(variant && { variant }), ...choices };
}
