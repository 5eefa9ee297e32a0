import type { NodeJson, WorkflowJson } from "@clipwork/engine";

/** A node of ComfyUI's API format: its class, and its inputs, which are values or links [id, slot]. */
type ComfyNode = { readonly class_type: string; readonly inputs: { readonly [name: string]: unknown } };
type Comfy = { readonly [id: string]: ComfyNode };

/** A workflow of ours, and a sentence for each thing that has no counterpart in it. */
export type Converted = { readonly document: WorkflowJson; readonly lost: readonly string[] };

/** ComfyUI's samplers that have the same name or another one here. */
const samplers: { readonly [name: string]: string } = {
  ...{ euler: "euler", heun: "heun", ddim: "ddim", ddpm: "ddpm" },
  ...{ dpmpp_2m: "dpm++2m", dpmpp_2m_sde: "dpm++2m-sde", dpmpp_2m_sde_gpu: "dpm++2m-sde" },
};

const maxSeed = 2 ** 32;
/** `unclip_adm` of ComfyUI: a share of noise of 1 is the last of its thousand levels. */
const lastLevel = 999;

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

/**
 * A workflow of ComfyUI's API format as one of ours: each sampler whose caption has an image by `unCLIPConditioning` becomes a decoder with
 * what it needs, on that pack. Undefined if there is none. The noise is another, and so are the pictures of a seed.
 */
export function fromComfy(comfy: Comfy, pack: string): Converted | undefined {
  const conversion = new Conversion(comfy, pack);
  for (const [id, node] of Object.entries(comfy)) if (node.class_type === "KSampler") conversion.sampler(id, node);
  return conversion.end();
}

class Conversion {
  readonly #comfy: Comfy;
  readonly #pack: string;
  readonly #nodes: { [id: string]: NodeJson } = {};
  readonly #exposed: { [name: string]: string[] } = {};
  readonly #lost: string[] = [];
  /** Nodes that something was made of. */
  readonly #used = new Set<string>();

  constructor(comfy: Comfy, pack: string) {
    this.#comfy = comfy;
    this.#pack = pack;
  }

  sampler(id: string, node: ComfyNode): void {
    const chain = this.#conditionings(node.inputs.positive);
    const [vision, ...more] = chain.filter(([, one]) => one.class_type === "unCLIPConditioning");
    if (!vision) return;
    for (const [other] of more) this.#lose(other, "a second image beside the first");
    const { inputs } = node;
    const image = this.#image(...vision);
    if (image === undefined) return;
    const caption = chain.find(([, one]) => one.class_type === "CLIPTextEncode");
    const links: { [port: string]: string } = { image };
    if (caption) links.text = this.#caption(...caption);
    const params: { [name: string]: string | number } = { pack: this.#pack, seed: this.#seed(id, inputs.seed) };
    if (typeof inputs.steps === "number") params.steps = inputs.steps;
    const named = String(inputs.sampler_name);
    const sampler = Object.hasOwn(samplers, named) ? samplers[named] : undefined;
    if (sampler) params.sampler = sampler;
    else this.#lose(id, `the sampler ${inputs.sampler_name}; the pack's own is taken`);
    if ((inputs.scheduler ?? "normal") !== "normal")
      this.#lose(id, `the scheduler ${inputs.scheduler}; the pack's own spacing is taken`);
    if (Number(inputs.denoise ?? 1) < 1) this.#lose(id, "a denoise below 1; all of the picture is painted anew");
    const guidance = this.#guidance(id, inputs);
    if (guidance) links.guidance = guidance;
    const size = this.#find(inputs.latent_image);
    if (size?.[1].class_type === "EmptyLatentImage") {
      this.#used.add(size[0]);
      for (const side of ["width", "height"] as const)
        if (typeof size[1].inputs[side] === "number") params[side] = size[1].inputs[side];
      if (Number(size[1].inputs.batch_size ?? 1) > 1) this.#lose(size[0], "a batch; use list.seeds");
    } else if (size) this.#lose(size[0], "a picture to begin with");
    const decode = this.#add(id, "decode", { type: "decoder.sample", version: 2, params, inputs: links });
    this.#expose("seed", `${decode}.seed`);
    this.#expose("steps", `${decode}.steps`);
    this.#outputs(id, `${decode}.image`);
  }

  end(): Converted | undefined {
    if (!Object.values(this.#nodes).some(({ type }) => type === "decoder.sample")) return undefined;
    for (const [id, { class_type }] of Object.entries(this.#comfy))
      if (!this.#used.has(id) && !/CheckpointLoader|CLIPVisionLoader|VAELoader/.test(class_type))
        this.#lose(id, "no counterpart here, and was left out");
    const document = {
      format: "clipwork/1",
      meta: { title: "From ComfyUI" },
      nodes: this.#nodes,
      exposed: this.#exposed,
    };
    return { document: document as WorkflowJson, lost: this.#lost };
  }

  /** The conditionings that lead to this one, itself first. */
  #conditionings(link: unknown): [string, ComfyNode][] {
    const found: [string, ComfyNode][] = [];
    for (
      let at = this.#find(link);
      at && !found.some(([id]) => id === at![0]);
      at = this.#find(at[1].inputs.conditioning)
    )
      found.push(at);
    return found;
  }

  /** The noised embedding of the image that the conditioning adds. */
  #image(id: string, { inputs }: ComfyNode): string | undefined {
    const look = this.#find(inputs.clip_vision_output);
    const picture = this.#find(look?.[1].inputs.image);
    if (look?.[1].class_type !== "CLIPVisionEncode" || picture?.[1].class_type !== "LoadImage") {
      this.#lose(look?.[0] ?? id, "an image that is not loaded from a file");
      return undefined;
    }
    for (const one of [id, look[0], picture[0]]) this.#used.add(one);
    if (Number(inputs.strength ?? 1) !== 1) this.#lose(id, "a strength of the image other than 1");
    const load = this.#add(picture[0], "load", {
      ...{ type: "image.load", version: 1, params: { file: String(picture[1].inputs.image ?? "") } },
    });
    const pack = this.#pack;
    const seen = this.#add(look[0], "look", {
      ...{ type: "clip.encode-image", version: 1, params: { pack }, inputs: { image: `${load}.image` } },
    });
    const level = Math.round(lastLevel * Math.min(1, Math.max(0, Number(inputs.noise_augmentation ?? 0))));
    const noise = this.#add(id, "noise", {
      ...{ type: "embedding.noise", version: 1, params: { pack, level }, inputs: { image: `${seen}.embedding` } },
    });
    this.#expose("level", `${noise}.level`);
    return `${noise}.image`;
  }

  #caption(id: string, { inputs }: ComfyNode): string {
    this.#used.add(id);
    const text = typeof inputs.text === "string" ? inputs.text : "";
    if (text !== inputs.text) this.#lose(id, "a caption that another node makes");
    const caption = this.#add(id, "caption", { type: "text.prompt", version: 1, params: { text } });
    const read = this.#add(id, "read", {
      ...{
        type: "decoder.encode-caption",
        version: 1,
        params: { pack: this.#pack },
        inputs: { text: `${caption}.text` },
      },
    });
    this.#expose("prompt", `${caption}.text`);
    return `${read}.embedding`;
  }

  #guidance(id: string, { cfg, negative }: ComfyNode["inputs"]): string | undefined {
    const away = this.#conditionings(negative).find(([, { class_type }]) => class_type === "CLIPTextEncode");
    if (away) this.#used.add(away[0]);
    if (typeof cfg !== "number") return undefined;
    const text = typeof away?.[1].inputs.text === "string" ? away[1].inputs.text : "";
    const params = { scale: cfg, negative: text };
    const guide = this.#add(id, "guide", { type: "guidance.cfg", version: 1, params });
    this.#expose("scale", `${guide}.scale`);
    return `${guide}.guidance`;
  }

  /** What is decoded and saved of a sampler's latent. */
  #outputs(sampler: string, picture: string): void {
    this.#used.add(sampler);
    const after = (id: string) =>
      Object.entries(this.#comfy).filter(([, { inputs }]) =>
        Object.values(inputs).some((link) => this.#find(link)?.[0] === id),
      );
    for (const [id, { class_type }] of after(sampler)) {
      if (!class_type.startsWith("VAEDecode")) continue;
      this.#used.add(id);
      for (const [last, save] of after(id)) {
        if (!/^(SaveImage|PreviewImage)$/.test(save.class_type)) continue;
        this.#used.add(last);
        const name = String(save.inputs.filename_prefix ?? "picture");
        this.#add(last, "save", { type: "output.image", version: 1, params: { name }, inputs: { image: picture } });
      }
    }
  }

  #seed(id: string, seed: unknown): number {
    if (typeof seed !== "number" || !Number.isFinite(seed)) return 0;
    if (seed < maxSeed) return Math.max(0, Math.floor(seed));
    this.#lose(id, "a seed above 4294967295; what is left of it after division is taken");
    return seed % maxSeed;
  }

  #find(link: unknown): [string, ComfyNode] | undefined {
    if (!Array.isArray(link) || link.length !== 2) return undefined;
    const id = String(link[0]);
    return Object.hasOwn(this.#comfy, id) ? [id, this.#comfy[id]!] : undefined;
  }

  /** Adds a node of ours, called after what it does and the number that it comes from. */
  #add(from: string, name: string, node: NodeJson): string {
    const id = `${name}-${from
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, "-")
      .slice(0, 40)}`;
    this.#nodes[id] = node;
    return id;
  }

  #expose(name: string, address: string): void {
    this.#exposed[name] = [...new Set([...(this.#exposed[name] ?? []), address])];
  }

  #lose(id: string, what: string): void {
    this.#lost.push(`Node ${JSON.stringify(id)} (${this.#comfy[id]?.class_type}) has ${what}.`);
  }
}
