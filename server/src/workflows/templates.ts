import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NodeJson, NodeTypeJson, WorkflowJson } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import type { TemplateJson } from "../wire/wire.ts";

/** Who uses the files of the templates. */
export const templatesOwner = "templates";

/**
 * The workflows of a folder, as a server offers them. A document on a server names no paths: a file that one of them names beside itself is
 * stored, and named by its hash.
 */
export class Templates {
  readonly #folder: string;
  readonly #nodes: readonly NodeTypeJson[];
  readonly #artifacts: Pick<ArtifactStore, "put" | "refer" | "release" | "hold">;
  readonly #opened = Promise.withResolvers<readonly TemplateJson[]>();

  /** `nodes`: the types whose parameters may be files. */
  constructor(
    folder: string,
    nodes: readonly NodeTypeJson[],
    artifacts: Pick<ArtifactStore, "put" | "refer" | "release" | "hold">,
  ) {
    this.#folder = folder;
    this.#nodes = nodes;
    this.#artifacts = artifacts;
  }

  /** All of them, by file name, as soon as they are open. */
  list(): Promise<readonly TemplateJson[]> {
    return this.#opened.promise;
  }

  /** Reads them and stores their files, in place of those that an earlier server stored. Rejects, as `list` then does, if that fails. */
  async open(): Promise<void> {
    const unhold = await this.#artifacts.hold();
    try {
      await this.#artifacts.release(templatesOwner);
      const files = globSync("*.json", { cwd: this.#folder }).sort();
      this.#opened.resolve(await Promise.all(files.map((file) => this.#read(file))));
    } catch (error) {
      this.#opened.reject(error);
      this.#opened.promise.catch(() => {});
      throw error;
    } finally {
      unhold();
    }
  }

  async #read(file: string): Promise<TemplateJson> {
    const written: WorkflowJson = JSON.parse(await readFile(join(this.#folder, file), "utf8"));
    const nodes = await Promise.all(
      Object.entries(written.nodes).map(async ([id, node]) => [id, await this.#stored(node)] as const),
    );
    const document = { ...written, nodes: Object.fromEntries(nodes) };
    const { title = file, group = "", description = "" } = document.meta ?? {};
    return { id: basename(file, ".json"), title, group: String(group), summary: String(description), document };
  }

  /** The node with its files named by their hashes. */
  async #stored(node: NodeJson): Promise<NodeJson> {
    const params = this.#nodes.find(({ type }) => type === node.type)?.params ?? {};
    const files = Object.entries(node.params ?? {}).filter(
      ([name, value]) => params[name]?.kind === "file" && typeof value === "string" && value !== "",
    );
    if (files.length === 0) return node;
    const named = await Promise.all(
      files.map(async ([name, value]) => {
        const hash = await this.#artifacts.put(await readFile(join(this.#folder, String(value))));
        await this.#artifacts.refer(templatesOwner, [hash]);
        return [name, `asset:${hash}`] as const;
      }),
    );
    return { ...node, params: { ...node.params, ...Object.fromEntries(named) } };
  }
}
