import { PackError } from "../fields/pack-error.ts";
import type { Sight } from "../stages/spaces.ts";
import { numberOf, readJson } from "./read-json.ts";
import { readSight } from "./sight.ts";
import type { Config } from "./template.ts";

/** A CLIP as open_clip describes it, its towers in the words of transformers. */
export type OpenClipConfig = { readonly text: Config; readonly image: Config; readonly sight: Sight };

/** A section's fields with open_clip's defaults: those that are translated, those that must be so, and those that change nothing. */
type Fields = { readonly read: Config; readonly fixed: Config; readonly ignored: readonly string[] };

const blocks: Config = {
  ...{ ls_init_value: null, act_kwargs: null, norm_kwargs: null, final_ln_after_pool: false, block_type: null },
  ...{ qk_norm: false, scaled_cosine_attn: false, scale_heads: false, scale_attn_inner: false },
  ...{ scale_attn: false, scale_fc: false },
};
const sections = {
  model_cfg: {
    read: { embed_dim: null, vision_cfg: null, text_cfg: null, quick_gelu: false },
    fixed: { multimodal_cfg: null },
    ignored: [
      "custom_text",
      "init_logit_scale",
      "init_logit_bias",
      "nonscalar_logit_scale",
      "cast_dtype",
      "output_dict",
    ],
  },
  vision_cfg: {
    read: { layers: 12, width: 768, head_width: 64, mlp_ratio: 4, patch_size: 16, image_size: 224 },
    fixed: {
      ...blocks,
      ...{ attentional_pool: false, no_ln_pre: false, pos_embed_type: "learnable", pool_type: "tok" },
      ...{ timm_model_name: null },
    },
    ignored: [
      ...["patch_dropout", "attn_pooler_queries", "attn_pooler_heads", "output_tokens", "timm_model_pretrained"],
      ...["timm_pool", "timm_proj", "timm_proj_bias", "timm_drop", "timm_drop_path"],
    ],
  },
  text_cfg: {
    read: { context_length: 77, vocab_size: 49408, width: 512, heads: 8, layers: 12, mlp_ratio: 4 },
    fixed: {
      ...blocks,
      ...{ embed_cls: false, no_causal_mask: false, pool_type: "argmax", proj_bias: false, proj_type: "linear" },
      ...{ hf_model_name: null },
    },
    ignored: [
      ...["hf_tokenizer_name", "tokenizer_mode", "tokenizer_kwargs", "pad_id", "eos_id", "output_tokens"],
      ...["hf_model_pretrained", "hf_proj_type", "hf_pooler_type"],
    ],
  },
  // OpenAI's numbers, which open_clip takes if the file says nothing.
  preprocess_cfg: {
    read: {
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
      ...{ size: undefined, resize_mode: "shortest" },
    },
    fixed: { mode: "RGB", interpolation: "bicubic" },
    ignored: ["fill_color"],
  },
} as const satisfies { readonly [name: string]: Fields };

/**
 * The file `open_clip_config.json` of a folder of open_clip. Throws PackError naming a field that it does not have, or that asks for
 * what CLIP's two transformers are not: another tower, pooling, normalisation, or way of preparing pictures.
 */
export async function readOpenClipConfig(path: string): Promise<OpenClipConfig> {
  const { model_cfg, preprocess_cfg = {} } = await readJson(path);
  const model = sectionOf(model_cfg, "model_cfg", path);
  const [vision, text] = [sectionOf(model.vision_cfg, "vision_cfg", path), sectionOf(model.text_cfg, "text_cfg", path)];
  const prepared = sectionOf(preprocess_cfg, "preprocess_cfg", path);
  const { resize_mode: mode } = prepared;
  if (mode !== "shortest" && mode !== "squash")
    refuse(path, `says resize_mode: ${JSON.stringify(mode)}, and Clipwork has "shortest" and "squash"`);
  const side = numberOf(vision, "image_size", path);
  const seen = { do_center_crop: mode !== "squash", image_mean: prepared.mean, image_std: prepared.std };
  const tower = (config: Config): Config => ({
    hidden_size: numberOf(config, "width", path),
    num_hidden_layers: numberOf(config, "layers", path),
    // open_clip cuts off: ViT-bigG's ratio of 4.9231 makes 8192.
    intermediate_size: Math.floor(numberOf(config, "width", path) * numberOf(config, "mlp_ratio", path)),
    projection_dim: numberOf(model, "embed_dim", path),
    hidden_act: model.quick_gelu === true ? "quick_gelu" : "gelu",
  });
  return {
    text: {
      ...tower(text),
      num_attention_heads: numberOf(text, "heads", path),
      max_position_embeddings: numberOf(text, "context_length", path),
      vocab_size: numberOf(text, "vocab_size", path),
    },
    image: {
      ...tower(vision),
      num_attention_heads: Math.floor(numberOf(vision, "width", path) / numberOf(vision, "head_width", path)),
      image_size: side,
      patch_size: numberOf(vision, "patch_size", path),
    },
    sight: readSight(prepared.size === undefined ? seen : { ...seen, size: prepared.size }, side, path),
  };
}

/** A section of the file, with what open_clip takes for a field that it lacks. */
function sectionOf(given: unknown, name: keyof typeof sections, where: string): Config {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return refuse(where, `has no section "${name}"`);
  const { read, fixed, ignored }: Fields = sections[name];
  for (const [field, value] of Object.entries(given as Config)) {
    if (Object.hasOwn(read, field) || ignored.includes(field)) continue;
    const [said, only] = [value, fixed[field]].map((one) => JSON.stringify(one));
    if (!Object.hasOwn(fixed, field)) refuse(where, `has the field "${field}" in "${name}", which is not known here`);
    if (said !== only) refuse(where, `says ${field}: ${said} in "${name}", and there are templates for ${only} alone`);
  }
  return { ...read, ...given };
}

function refuse(where: string, what: string): never {
  throw new PackError(
    `${where} ${what}.`,
    "Import a CLIP of two transformers, as OpenAI's and LAION's are; docs/bring-your-own-weights.md lists them.",
  );
}
