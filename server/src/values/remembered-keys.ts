import { hash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Document, type NodeKey, type RunView, writtenTitle } from "@clipwork/engine";

const format = "clipwork-keys/1";

/**
 * What explains later why a node would run: for each node of a workflow, the key of its newest run. One small file per
 * workflow, `<folder>/<hash of its identity>.json`, next to the values and never needed for them.
 */
export type RememberedKeys = {
  /** The keys by node id; empty if there are none, or the file cannot be read. */
  read(): Promise<ReadonlyMap<string, NodeKey>>;
  /** Adds these to those of other nodes, in place of older keys of the same nodes. */
  add(keys: ReadonlyMap<string, NodeKey>): Promise<void>;
};

/** The keys of one workflow, kept in that folder, which the first `add` creates. */
export function rememberedKeys(folder: string, identity: string): RememberedKeys {
  const path = join(folder, `${hash("sha256", identity).slice(0, 32)}.json`);
  async function read(): Promise<Map<string, NodeKey>> {
    return readKeys(await readFile(path, "utf8").catch(() => ""), identity);
  }
  return {
    read,
    async add(keys) {
      const nodes = [...new Map([...(await read()), ...keys])];
      await mkdir(folder, { recursive: true });
      const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      try {
        await writeFile(draft, JSON.stringify({ format, workflow: identity, nodes }));
        await rename(draft, path);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

/** The node type of every value whose key is remembered in that folder: those of the newest run of each workflow. */
export async function rememberedTypes(folder: string): Promise<ReadonlyMap<string, string>> {
  const types = new Map<string, string>();
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(".json"))) {
    const text = await readFile(join(folder, file), "utf8").catch(() => "");
    for (const { type, keys } of readKeys(text).values()) for (const key of keys) types.set(key, type);
  }
  return types;
}

/** The keys in the text of such a file; none if it is damaged, of another format or of another workflow. */
function readKeys(text: string, identity?: string): Map<string, NodeKey> {
  try {
    const read = JSON.parse(text);
    if (read.format !== format || (identity ?? read.workflow) !== read.workflow) return new Map();
    return new Map<string, NodeKey>(read.nodes.filter(isRemembered));
  } catch {
    return new Map();
  }
}

function isRemembered(entry: unknown): boolean {
  const [id, key] = entry as [unknown, NodeKey];
  const lists = [key.params, key.stages, key.files, key.inputs, key.keys];
  return typeof id === "string" && typeof key.type === "string" && lists.every(Array.isArray);
}

/**
 * The keys whose values exist, so that a run that broke off is remembered as far as it got. After a finished run, all keys:
 * what it did not even look at was made before.
 */
export function settledKeys(
  { state, nodes }: RunView,
  keys: ReadonlyMap<string, NodeKey>,
): ReadonlyMap<string, NodeKey> {
  if (state === "finished") return keys;
  const settled = (id: string) => {
    const { finished = 0, cached = 0 } = nodes.get(id)?.count ?? {};
    return finished + cached;
  };
  return new Map([...keys].filter(([id, key]) => settled(id) === key.keys.length));
}

/**
 * Which workflow this is, across runs: its title, which its pictures carry too, so that a picture is compared with the runs
 * of the file that made it. Without a title, the file.
 */
export function workflowIdentity(document: Document, file: string): string {
  const title = writtenTitle(document.json.meta);
  return title ? `title ${title}` : `file ${resolve(file)}`;
}
