import type { NodeJson, WorkflowJson } from "@clipwork/engine";
import { type Comfy, ComfyGraph, type ComfyNode, type Entry } from "./comfy-graph.ts";

/** A workflow of ours, absent if nothing became one, and a sentence for each thing that has no counterpart in it. */
export type Converted = { readonly document?: WorkflowJson; readonly lost: readonly string[] };

/** ComfyUI's samplers that have the same name or another one here. */
const samplers: { readonly [name: string]: string } = {
  ...{ euler: "euler", heun: "heun", ddim: "ddim", ddpm: "ddpm" },
  ...{ dpmpp_2m: "dpm++2m", dpmpp_2m_sde: "dpm++2m-sde", dpmpp_2m_sde_gpu: "dpm++2m-sde" },
};

const maxSeed = 2 ** 32;
/** `unclip_adm` of ComfyUI: a share of noise of 1 is the last of its thousand levels. */
const lastLevel = 999;

/**
 * A workflow of ComfyUI's API format as one of ours: each sampler whose caption has an image by `unCLIPConditioning` becomes a decoder with
 * what it needs, on that pack. The noise is another, and so are the pictures of a seed.
 */
export function fromComfy(comfy: Comfy, pack: string): Converted {
  const conversion = new Conversion(comfy, pack);
  for (const [id, node] of Object.entries(comfy))
    if (/^KSampler(Advanced)?$/.test(node.class_type)) conversion.sampler(id, node);
  return conversion.end();
}

class Conversion {
  readonly #graph: ComfyGraph;
  readonly #pack: string;
  readonly #nodes: { [id: string]: NodeJson } = {};
  readonly #exposed: { [name: string]: string[] } = {};
  readonly #lost: string[] = [];
  /** Nodes that something was made of, or that were named as lost. */
  readonly #used = new Set<string>();

  constructor(comfy: Comfy, pack: string) {
    this.#graph = new ComfyGraph(comfy);
    this.#pack = pack;
  }

  sampler(id: string, node: ComfyNode): void {
    const chain = this.#graph.conditionings(node.inputs.positive);
    const [vision, ...more] = chain.filter(([, one]) => one.class_type === "unCLIPConditioning");
    if (!vision) return;
    for (const [other] of more) this.#lose(other, "a second image beside the first");
    const { inputs } = node;
    const image = this.#image(...vision);
    if (image === undefined) return;
    const caption = chain.find(([, one]) => one.class_type === "CLIPTextEncode");
    const links: { [port: string]: string } = { image };
    if (caption) links.text = this.#caption(...caption);
    const seed = this.#seed(id, this.#number(id, inputs, "seed") ?? this.#number(id, inputs, "noise_seed"));
    const params: { [name: string]: string | number } = { pack: this.#pack, seed };
    const steps = this.#number(id, inputs, "steps");
    if (steps !== undefined) params.steps = steps;
    const named = String(inputs.sampler_name);
    const sampler = Object.hasOwn(samplers, named) ? samplers[named] : undefined;
    if (sampler) params.sampler = sampler;
    else this.#lose(id, `the sampler ${inputs.sampler_name}; the pack's own is taken`);
    if ((inputs.scheduler ?? "normal") !== "normal")
      this.#lose(id, `the scheduler ${inputs.scheduler}; the pack's own spacing is taken`);
    this.#part(id, inputs, steps);
    const guidance = this.#guidance(id, inputs);
    if (guidance) links.guidance = guidance;
    Object.assign(params, this.#size(inputs.latent_image));
    const decode = this.#add(id, "decode", { type: "decoder.sample", version: 2, params, inputs: links });
    this.#expose("seed", `${decode}.seed`);
    this.#expose("steps", `${decode}.steps`);
    this.#outputs(id, `${decode}.image`);
  }

  end(): Converted {
    for (const [id, { class_type }] of Object.entries(this.#graph.nodes))
      if (!this.#used.has(id) && !/CheckpointLoader|CLIPVisionLoader|VAELoader/.test(class_type))
        this.#lose(id, "no counterpart here, and was left out");
    const lost = this.#lost;
    if (!Object.values(this.#nodes).some(({ type }) => type === "decoder.sample")) return { lost };
    const document = {
      format: "clipwork/1",
      meta: { title: "From ComfyUI" },
      nodes: this.#nodes,
      exposed: this.#exposed,
    };
    return { document: document as WorkflowJson, lost };
  }

  /** Names what a sampler leaves of the way from noise to picture. */
  #part(id: string, inputs: ComfyNode["inputs"], steps = 0): void {
    const from = this.#number(id, inputs, "start_at_step") ?? 0;
    const to = this.#number(id, inputs, "end_at_step") ?? steps;
    if (from > 0 || to < steps) this.#lose(id, `steps ${from} to ${to} alone; all are taken`);
    if (inputs.add_noise === "disable") this.#lose(id, "no noise of its own; the picture begins with noise");
    const denoise = this.#number(id, inputs, "denoise") ?? 1;
    if (denoise < 1) this.#lose(id, "a denoise below 1; all of the picture is painted anew");
  }

  /** The noised embedding of the image that the conditioning adds. */
  #image(id: string, { inputs }: ComfyNode): string | undefined {
    const look = this.#graph.find(inputs.clip_vision_output);
    const picture = look?.[1].class_type === "CLIPVisionEncode" ? this.#graph.loaded(look[1].inputs.image) : undefined;
    if (!look || !picture) {
      this.#lose(look?.[0] ?? id, "an image that is not loaded from a file");
      return undefined;
    }
    const { from, changed } = picture;
    for (const one of [id, look[0], from[0]]) this.#used.add(one);
    for (const [one] of changed) this.#lose(one, "no counterpart here; CLIP sees the whole picture");
    const strength = this.#number(id, inputs, "strength") ?? 1;
    if (strength !== 1) this.#lose(id, "a strength of the image other than 1");
    // "name.png [input]" says in which of its folders ComfyUI looks.
    const file = String(from[1].inputs.image ?? "").replace(/ \[(?:input|output|temp)\]$/, "");
    const load = this.#add(from[0], "load", { type: "image.load", version: 1, params: { file } });
    const pack = this.#pack;
    const seen = this.#add(look[0], "look", {
      ...{ type: "clip.encode-image", version: 1, params: { pack }, inputs: { image: `${load}.image` } },
    });
    const share = this.#number(id, inputs, "noise_augmentation") ?? 0;
    const level = Math.round(lastLevel * Math.min(1, Math.max(0, share)));
    const noise = this.#add(id, "noise", {
      ...{ type: "embedding.noise", version: 1, params: { pack, level }, inputs: { image: `${seen}.embedding` } },
    });
    this.#expose("level", `${noise}.level`);
    return `${noise}.image`;
  }

  #caption(id: string, { inputs }: ComfyNode): string {
    this.#used.add(id);
    const text = this.#text(id, inputs, "a caption");
    const caption = this.#add(id, "caption", { type: "text.prompt", version: 1, params: { text } });
    const read = this.#add(id, "read", {
      ...{ type: "decoder.encode-caption", version: 1 },
      ...{ params: { pack: this.#pack }, inputs: { text: `${caption}.text` } },
    });
    this.#expose("prompt", `${caption}.text`);
    return `${read}.embedding`;
  }

  #guidance(id: string, inputs: ComfyNode["inputs"]): string | undefined {
    const away = this.#graph
      .conditionings(inputs.negative)
      .find(([, { class_type }]) => class_type === "CLIPTextEncode");
    if (away) this.#used.add(away[0]);
    const scale = this.#number(id, inputs, "cfg");
    if (scale === undefined) return undefined;
    const negative = away ? this.#text(away[0], away[1].inputs, "a negative caption") : "";
    const guide = this.#add(id, "guide", { type: "guidance.cfg", version: 1, params: { scale, negative } });
    this.#expose("scale", `${guide}.scale`);
    return `${guide}.guidance`;
  }

  /** The size of the picture that a latent says. */
  #size(latent: unknown): { readonly [side: string]: number } {
    const found = this.#graph.find(latent);
    if (!found) return {};
    const [id, { class_type, inputs }] = found;
    if (class_type !== "EmptyLatentImage") {
      this.#lose(id, "a picture to begin with");
      return {};
    }
    this.#used.add(id);
    if ((this.#number(id, inputs, "batch_size") ?? 1) > 1) this.#lose(id, "a batch; use list.seeds");
    const sides = (["width", "height"] as const).map((side) => [side, this.#number(id, inputs, side)] as const);
    return Object.fromEntries(sides.flatMap(([side, size]) => (size === undefined ? [] : [[side, size]])));
  }

  /** What is saved of a sampler's latent, or its picture if nothing is. */
  #outputs(sampler: string, picture: string): void {
    this.#used.add(sampler);
    const { saves, way } = this.#graph.saved(sampler);
    for (const [id, { class_type }] of way) if (class_type.startsWith("VAEDecode")) this.#used.add(id);
    const save = (id: string, prefix: unknown) => {
      const params = { name: typeof prefix === "string" ? prefix : "picture" };
      this.#add(id, "save", { type: "output.image", version: 1, params, inputs: { image: picture } });
    };
    for (const [id, { inputs }] of saves) {
      this.#used.add(id);
      save(id, inputs.filename_prefix);
    }
    if (saves.length === 0) save(sampler, undefined);
  }

  #seed(id: string, seed = 0): number {
    if (seed < maxSeed) return Math.max(0, Math.floor(seed));
    this.#lose(id, "a seed above 4294967295; what is left of it after division is taken");
    return seed % maxSeed;
  }

  /** A number among a node's inputs; undefined if it is not there, or computed, which is named. */
  #number(id: string, inputs: ComfyNode["inputs"], name: string): number | undefined {
    if (inputs[name] === undefined) return undefined;
    const value = this.#value(inputs[name]);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#lose(id, `the input ${name} from another node; what is usual is taken`);
    return undefined;
  }

  #text(id: string, { text }: ComfyNode["inputs"], what: string): string {
    const value = this.#value(text);
    if (typeof value === "string") return value;
    this.#lose(id, `${what} that another node makes`);
    return "";
  }

  #value(input: unknown): unknown {
    const found = this.#graph.value(input);
    if (found?.by) this.#used.add(found.by[0]);
    return found?.is;
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
    this.#used.add(id);
    const [, { class_type }]: Entry = [id, this.#graph.nodes[id]!];
    this.#lost.push(`Node ${JSON.stringify(id)} (${class_type}) has ${what}.`);
  }
}
