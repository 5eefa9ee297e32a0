import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { PackError } from "../fields/pack-error.ts";
import { parametersOf } from "./graph-parameters.ts";

/** A component's `config.json`. */
export type Config = { readonly [field: string]: unknown };

/** Other names under which checkpoints keep the same weights. */
export type Layout = { readonly name: string; readonly rules: readonly Rule[] };

/** Where a layout keeps the parameters whose names fit a pattern. */
export type Rule = {
  readonly parameter: string;
  /** The name of the tensor, with the pattern's groups as $1. */
  readonly tensor: string;
  /** The parameter is the part of that number, of so many equal ones along axis 0. */
  readonly part?: readonly [part: number, parts: number];
  /** The tensor is the parameter's transpose. */
  readonly transposed?: boolean;
};

/** What `NAME.json` says of the graph `NAME.onnx.gz`, as training/export writes it. */
export type Template = {
  readonly name: string;
  /** The classes of Python whose weights it takes: `_class_name` of diffusers, `architectures[0]` of transformers. */
  readonly class: readonly string[];
  readonly role: string;
  /** Every field of a configuration that decides the graph. */
  readonly config: Config;
  /** What the class takes for a field that a configuration lacks. */
  readonly defaults: Config;
  /** Tensors whose numbers go into the stage's section of the manifest. */
  readonly beside: { readonly [tensor: string]: { readonly shape: readonly number[]; readonly goes: string } };
  /** Patterns of tensors that may be there and count for nothing. */
  readonly ignored: readonly string[];
  readonly layouts: readonly Layout[];
};

/** The graph of a template. */
export type Graph = {
  readonly bytes: Uint8Array;
  readonly parameters: ReadonlyMap<string, readonly number[]>;
};

/** Templates, which lie in one folder. */
export type TemplateLibrary = { readonly folder: string; readonly templates: readonly Template[] };

/** The templates of a folder. Throws PackError if it cannot be read. */
export async function openTemplates(folder: string): Promise<TemplateLibrary> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new PackError(
      `${folder} is no folder of templates that can be read (${error.code}).`,
      "Name their folder with --templates or CLIPWORK_TEMPLATES, or neither to take those that came with Clipwork.",
    );
  });
  const names = files.filter((name) => name.endsWith(".json")).sort();
  const templates = names.map(async (file): Promise<Template> => {
    const json = JSON.parse(await readFile(join(folder, file), "utf8")) as Omit<Template, "name">;
    return { ...json, name: file.slice(0, -".json".length) };
  });
  return { folder, templates: await Promise.all(templates) };
}

/** The graph of one of them. */
export async function readGraph({ folder }: TemplateLibrary, { name }: Template): Promise<Graph> {
  const bytes = await promisify(gunzip)(await readFile(join(folder, `${name}.onnx.gz`)));
  return { bytes, parameters: parametersOf(bytes) };
}

/**
 * The template of a role that fits a configuration of that class. Throws PackError that names what there is a template for; `where` is
 * what messages call the configuration.
 */
export function chooseTemplate(
  { templates }: TemplateLibrary,
  { className, role, config }: { readonly className: string; readonly role: string; readonly config: Config },
  where: string,
): Template {
  const ofClass = templates.filter((template) => template.class.includes(className) && template.role === role);
  if (ofClass.length === 0) {
    const all = [...new Set(templates.flatMap((template) => template.class))].sort().join(", ");
    throw new PackError(
      `${where} is of a ${className}, for which there is no template of the role "${role}".`,
      `Import a checkpoint whose parts are ${all}.`,
    );
  }
  const differences = ofClass.map((template) => ({ template, found: differing(template, config) }));
  const [nearest] = differences.toSorted((a, b) => a.found.length - b.found.length);
  if (nearest!.found.length === 0) return nearest!.template;
  throw new PackError(
    `${where} fits no template: the nearest, "${nearest!.template.name}", is for another ${nearest!.found.slice(0, 5).join("; ")}.`,
    "Import a checkpoint of a network that there is a template for; docs/bring-your-own-weights.md lists them.",
  );
}

/** The fields in which a configuration is not the template's, in words. */
function differing({ config: wanted, defaults }: Template, config: Config): string[] {
  return Object.entries(wanted).flatMap(([field, value]) => {
    const given = config[field] === undefined ? defaults[field] : config[field];
    return JSON.stringify(given) === JSON.stringify(value)
      ? []
      : [`${field} (${JSON.stringify(value)}, and here it is ${JSON.stringify(given)})`];
  });
}
