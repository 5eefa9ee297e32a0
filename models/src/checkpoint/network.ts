import { join } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import { type Match, matchTensors, refuseExtra } from "./match-tensors.ts";
import { readJson } from "./read-json.ts";
import { type Config, chooseTemplate, type Graph, readGraph, type Template, type TemplateLibrary } from "./template.ts";
import { findWeights, type Weights } from "./weights.ts";

/** A network of a checkpoint with the template that takes its weights. */
export type Network = {
  /** Its folder. */
  readonly folder: string;
  /** With what its class takes for fields that the file lacks. */
  readonly config: Config;
  readonly template: Template;
  readonly graph: Graph;
  readonly weights: Weights;
  readonly match: Match;
};

/**
 * The networks that a folder of `config.json` and weights holds, by role: one, or the two towers of a whole CLIP. Every tensor of the
 * files belongs to one of them. Throws PackError if there is no template or the tensors are not its.
 */
export async function openNetworks<Role extends string>(
  library: TemplateLibrary,
  folder: string,
  roles: readonly Role[],
): Promise<{ readonly [role in Role]: Network }> {
  const path = join(folder, "config.json");
  const whole = await readJson(path);
  const configs = Object.fromEntries(roles.map((role) => [role, configOf(whole, role)])) as { [role in Role]: Config };
  return openDescribed(library, folder, { path, className: classOf(whole, path), configs });
}

/** The same with the configuration of each role as given; `path` is the file that it is from. */
export async function openDescribed<Role extends string>(
  library: TemplateLibrary,
  folder: string,
  {
    path,
    className,
    configs,
  }: { readonly path: string; readonly className: string; readonly configs: { readonly [role in Role]: Config } },
): Promise<{ readonly [role in Role]: Network }> {
  const weights = await findWeights(folder);
  const networks: [Role, Network][] = [];
  for (const [role, config] of Object.entries(configs) as [Role, Config][]) {
    const template = chooseTemplate(library, { className, role, config }, path);
    const graph = await readGraph(library, template);
    const match = matchTensors(template, graph, weights, folder);
    networks.push([role, { folder, config: { ...template.defaults, ...config }, template, graph, weights, match }]);
  }
  refuseExtra(
    weights,
    networks.map(([, { template, match }]) => [template, match] as const),
    folder,
  );
  return Object.fromEntries(networks) as { readonly [role in Role]: Network };
}

/** The network of a folder that holds one. */
export async function openNetwork(library: TemplateLibrary, folder: string, role: string): Promise<Network> {
  const networks: { readonly [role: string]: Network } = await openNetworks(library, folder, [role]);
  return networks[role]!;
}

/** The class of Python that a configuration is of: diffusers' `_class_name`, transformers' `architectures`. */
export function classOf(config: Config, where: string): string {
  const name = config._class_name ?? (Array.isArray(config.architectures) ? config.architectures[0] : undefined);
  if (typeof name === "string") return name;
  throw new PackError(
    `${where} names no class: neither "_class_name" nor "architectures".`,
    "Import a folder that diffusers or transformers wrote.",
  );
}

/** A whole CLIP's configuration has one of each tower inside. */
function configOf(config: Config, role: string): Config {
  const inner = { "text-encoder": config.text_config, "image-encoder": config.vision_config }[role];
  return typeof inner === "object" && inner !== null ? { ...config, ...inner } : config;
}
