/** A node of ComfyUI's API format: its class, and its inputs, which are values or links [id, slot]. */
export type ComfyNode = { readonly class_type: string; readonly inputs: { readonly [name: string]: unknown } };
export type Comfy = { readonly [id: string]: ComfyNode };
/** A node with its id. */
export type Entry = readonly [id: string, node: ComfyNode];

/** Whether parsed JSON is a workflow as ComfyUI's API takes it. */
export function isComfyApi(json: unknown): json is Comfy {
  if (typeof json !== "object" || json === null || Array.isArray(json) || "format" in json) return false;
  const nodes = Object.values(json);
  return (
    nodes.length > 0 &&
    nodes.every(
      (node) => typeof node?.class_type === "string" && typeof node.inputs === "object" && node.inputs !== null,
    )
  );
}

/** What nodes of ComfyUI that change or join conditionings call the one that they begin with. */
const conditioningInputs = ["conditioning", "conditioning_1", "conditioning_to", "positive"] as const;

/** A workflow of ComfyUI's, to be asked what leads where. Links may lead nowhere, and in circles. */
export class ComfyGraph {
  readonly nodes: Comfy;

  constructor(nodes: Comfy) {
    this.nodes = nodes;
  }

  /** The node that a link comes from. */
  find(link: unknown): Entry | undefined {
    if (!Array.isArray(link) || link.length !== 2) return undefined;
    const id = String(link[0]);
    return Object.hasOwn(this.nodes, id) ? [id, this.nodes[id]!] : undefined;
  }

  /** The conditionings that lead to this one, itself first; of joined ones, those of the first. */
  conditionings(link: unknown): readonly Entry[] {
    return this.#follow(link, ({ inputs }) => conditioningInputs.map((name) => inputs[name]).find(Array.isArray));
  }

  /** The file that a picture was loaded from, and what changed it on its way; undefined if something else made it. */
  loaded(link: unknown): { readonly from: Entry; readonly changed: readonly Entry[] } | undefined {
    const way = this.#follow(link, ({ inputs }) => inputs.image);
    const from = way.at(-1);
    return from?.[1].class_type === "LoadImage" ? { from, changed: way.slice(0, -1) } : undefined;
  }

  /** A value, or that of the node whose only purpose is to have one; `by` is that node. Undefined for what is computed. */
  value(input: unknown): { readonly is: unknown; readonly by?: Entry } | undefined {
    if (!Array.isArray(input)) return { is: input };
    const by = this.find(input);
    if (!by?.[1].class_type.startsWith("Primitive") || Array.isArray(by[1].inputs.value)) return undefined;
    return { is: by[1].inputs.value, by };
  }

  /** The nodes that save or show a picture of a sampler's latent, and those on the way, without what comes of other samplers. */
  saved(sampler: string): { readonly saves: readonly Entry[]; readonly way: readonly Entry[] } {
    const saves: Entry[] = [];
    const way: Entry[] = [];
    const seen = new Set([sampler]);
    for (const at of seen)
      for (const entry of this.#after(at)) {
        const [id, { class_type }] = entry;
        if (seen.has(id) || class_type.includes("Sampler")) continue;
        seen.add(id);
        (/^(Save|Preview)Image/.test(class_type) ? saves : way).push(entry);
      }
    return { saves, way };
  }

  #after(id: string): readonly Entry[] {
    return Object.entries(this.nodes).filter(([, { inputs }]) =>
      Object.values(inputs).some((link) => this.find(link)?.[0] === id),
    );
  }

  #follow(link: unknown, next: (node: ComfyNode) => unknown): readonly Entry[] {
    const found: Entry[] = [];
    for (let at = this.find(link); at && !found.some(([id]) => id === at![0]); at = this.find(next(at[1])))
      found.push(at);
    return found;
  }
}
