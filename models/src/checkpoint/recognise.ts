import { join } from "node:path";
import { PackError } from "../fields/pack-error.ts";
import type { Pack } from "../pack/pack.ts";
import type { PackDraft } from "./draft.ts";
import { refuseBeside } from "./families/captions.ts";
import { clipAlone } from "./families/clip.ts";
import { dalle2File, dalle2Prior } from "./families/dalle2-prior.ts";
import { eclipse } from "./families/eclipse.ts";
import { type EncodeImage, kandinskyDecoder } from "./families/kandinsky-decoder.ts";
import { kandinskyPrior } from "./families/kandinsky-prior.ts";
import { openClip, openClipFile } from "./families/open-clip.ts";
import { stableUnclip } from "./families/stable-unclip.ts";
import { unclip } from "./families/unclip.ts";
import { classOf } from "./network.ts";
import { findJson } from "./read-json.ts";
import type { Config, TemplateLibrary } from "./template.ts";

/** What a checkpoint that does not stand alone takes from a pack that is there already. */
export type Beside = {
  /** The pack that has the captions of a prior that stands alone, or the CLIP of a decoder. */
  readonly like?: Pack | undefined;
  /** Runs an image encoder of it; absent if no network is to be run. */
  readonly encodeImage?: EncodeImage | undefined;
};

type Family = (
  library: TemplateLibrary,
  folder: string,
  given: Beside & { readonly components: ReadonlySet<string> },
) => Promise<PackDraft>;

/** A family whose folders have all that they need. Throws PackError if a pack is named for one all the same. */
const alone =
  (family: Family): Family =>
  (library, folder, given) => {
    refuseBeside(given.like, folder);
    return family(library, folder, given);
  };

/** What folders of several networks are called in `model_index.json`. */
const pipelines: { readonly [className: string]: Family } = {
  UnCLIPPipeline: alone(unclip),
  UnCLIPImageVariationPipeline: alone(unclip),
  KandinskyPriorPipeline: alone(kandinskyPrior),
  KandinskyPipeline: kandinskyDecoder,
  KandinskyV22PriorPipeline: alone(kandinskyPrior),
  KandinskyV22Pipeline: kandinskyDecoder,
  StableUnCLIPPipeline: stableUnclip,
  StableUnCLIPImg2ImgPipeline: stableUnclip,
};

/** What folders of one network are called in `config.json`. */
const networks: { readonly [className: string]: Family } = Object.fromEntries([
  ...["CLIPModel", "CLIPTextModelWithProjection", "CLIPVisionModelWithProjection"].map((name): [string, Family] => [
    name,
    alone((library, folder) => clipAlone(library, folder, name)),
  ]),
  ["PriorTransformer", (library, folder, { like }) => eclipse(library, folder, like)],
]);

/** The pack that a published folder would be. Reads configurations and headers of weights. Throws PackError for any other folder. */
export async function recognise(library: TemplateLibrary, folder: string, beside: Beside = {}): Promise<PackDraft> {
  const index = await findJson(join(folder, "model_index.json"));
  const config = index ?? (await findJson(join(folder, "config.json")));
  if (!config && (await findJson(join(folder, openClipFile)))) return openClip(library, folder, beside.like);
  if (!config && (await findJson(join(folder, dalle2File)))) return dalle2Prior(library, folder, beside.like);
  if (!config)
    throw new PackError(
      `${folder} is no checkpoint that can be read: it has none of model_index.json, config.json, ${openClipFile} and ${dalle2File}.`,
      "Name the folder that holds all parts of the checkpoint, as diffusers or transformers wrote it.",
    );
  const { family, components } = importable(config, {
    where: folder,
    file: join(folder, index ? "model_index.json" : "config.json"),
    pipeline: index !== undefined,
  });
  return family(library, folder, { components, ...beside });
}

/**
 * The family of a folder by its `model_index.json` (`pipeline`) or `config.json`, and the parts that the folder has. `where` and `file`
 * are what messages call the folder and the file. Throws PackError if it is none that can be imported.
 */
export function importable(
  config: Config,
  { where, file, pipeline }: { readonly where: string; readonly file: string; readonly pipeline: boolean },
): { readonly className: string; readonly family: Family; readonly components: ReadonlySet<string> } {
  const families = pipeline ? pipelines : networks;
  const className = classOf(config, file);
  const family = Object.hasOwn(families, className) ? families[className] : undefined;
  if (!family)
    throw new PackError(
      `${where} holds a ${className}, which cannot be imported.`,
      `Import one of these: ${[...Object.keys(pipelines), ...Object.keys(networks)].join(", ")}.`,
    );
  // A part that is left out is a pair of nulls.
  const components = Object.entries(config).filter(([, part]) => Array.isArray(part) && part[1] !== null);
  return { className, family, components: new Set(components.map(([name]) => name)) };
}
