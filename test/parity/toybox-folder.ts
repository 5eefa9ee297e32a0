import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Pack } from "@clipwork/models";
import { type TensorGiven, tensorFile } from "../../models/src/checkpoint/tensors.fixture.ts";
import { fieldsOf } from "../../models/src/pack/protobuf.ts";

/** What training/export/diffusers_folder writes, less the weights. */
const fixture = join(import.meta.dirname, "..", "fixtures", "toybox-folder");

/** The stage whose weights lie in each folder of a network, and the name of their file. */
const networks: { readonly [folder: string]: readonly [stage: string, file: string] } = {
  text_encoder: ["clip-text", "model"],
  image_encoder: ["clip-image", "model"],
  prior: ["prior", "diffusion_pytorch_model"],
  text_proj: ["decoder-condition", "diffusion_pytorch_model"],
  decoder: ["decoder", "diffusion_pytorch_model"],
  super_res_first: ["upsampler-256", "diffusion_pytorch_model"],
  super_res_last: ["upsampler-256", "diffusion_pytorch_model"],
};

/** Writes the folder of diffusers that training/export writes of the toybox, without Python: the weights are the graphs' initialisers. */
export function writeToyboxFolder(folder: string, pack: Pack): void {
  cpSync(fixture, folder, { recursive: true });
  const stages = pack.manifest.stages as unknown as {
    readonly [name: string]: {
      readonly file: string;
      readonly normalisation: { readonly mean: readonly number[]; readonly std: readonly number[] };
      readonly nullImageEmbedding: readonly number[];
    };
  };
  const { mean, std } = stages.prior!.normalisation;
  const row = (values: readonly number[]) => ({ shape: [1, values.length], values });
  const { nullImageEmbedding: values } = stages["decoder-condition"]!;
  const beside: { readonly [folder: string]: { readonly [name: string]: TensorGiven } } = {
    prior: { clip_mean: row(mean), clip_std: row(std) },
    text_proj: { learned_classifier_free_guidance_embeddings: { shape: [values.length], values } },
  };
  for (const [network, [stage, file]] of Object.entries(networks)) {
    const graph = readFileSync(join(pack.folder, stages[stage]!.file));
    const tensors = { ...initialisers(graph), ...beside[network] };
    writeFileSync(join(folder, network, `${file}.safetensors`), tensorFile(tensors));
  }
}

type Tensor = { readonly shape: readonly number[]; readonly values: readonly number[] };

const [float32, int8, float16] = [1, 3, 10];
/** Numbers of a row that share a scale, and where the scales lie (training/train/networks/onnx_weights.py). */
const group = 64;
const scaleOf = (name: string) => `${name}.scale`;

/** The initialisers of an ONNX model by name, halves and bytes widened. */
function initialisers(model: Uint8Array): { readonly [name: string]: TensorGiven } {
  const [graph] = contentsOf(model, 7);
  const tensors = contentsOf(graph!, 5).map((tensor): [string, Tensor] => {
    const fields = [...fieldsOf(tensor)];
    const all = (number: number) => fields.filter((field) => field.number === number);
    const name = Buffer.from(all(8)[0]!.content).toString();
    const bytes = Uint8Array.from(all(9)[0]!.content).buffer;
    const type = all(2)[0]!.value;
    const kind = { [float32]: Float32Array, [int8]: Int8Array, [float16]: Float16Array }[type];
    if (!kind) throw new Error(`"${name}" is of ONNX's type ${type}.`);
    return [name, { shape: all(1).map((field) => field.value), values: Array.from(new kind(bytes)) }];
  });
  const found = new Map(tensors);
  for (const [name, { shape, values }] of tensors) {
    const scales = found.get(scaleOf(name))?.values;
    if (!scales) continue;
    found.delete(scaleOf(name));
    found.set(name, { shape, values: values.map((value, i) => Math.fround(value * scales[Math.floor(i / group)]!)) });
  }
  return Object.fromEntries(found);
}

const contentsOf = (message: Uint8Array, number: number) =>
  [...fieldsOf(message)].filter((field) => field.number === number).map(({ content }) => content);
