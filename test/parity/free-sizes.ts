import { hash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bytesField, type Field, fieldsOf } from "../../models/src/pack/protobuf.ts";

const graphField = 7;
/** Fields of a graph that state shapes: inputs, outputs, and values between, which may be left out. */
const [inputs, outputs, between] = [11, 12, 13];

/** The ONNX model of a network of pictures that takes any width and height, where it was exported with one. */
export function freeSizes(model: Uint8Array): Uint8Array {
  return map(model, ({ number, content, whole }) =>
    number === graphField
      ? bytesField(
          number,
          map(content, (field) => (field.number === between ? new Uint8Array() : port(field))),
        )
      : whole,
  );
}

/** A copy of a pack, named as its folder, whose upsamplers take any width and height. */
export function packOfAnySize(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const path = join(to, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.name = basename(to);
  for (const stage of Object.values(manifest.stages) as { file: string; sha256: string; enlarges?: object }[]) {
    if (!stage.enlarges) continue;
    const free = freeSizes(readFileSync(join(to, stage.file)));
    writeFileSync(join(to, stage.file), free);
    stage.sha256 = hash("sha256", free);
  }
  writeFileSync(path, JSON.stringify(manifest));
}

/** A graph's input or output [N, C, H, W] with H and W left open, any other field as it is. */
function port({ number, content, whole }: Field): Uint8Array {
  if (number !== inputs && number !== outputs) return whole;
  return bytesField(
    number,
    // ValueInfoProto.type, TypeProto.tensor_type, its shape.
    inside(content, 2, (type) =>
      inside(type, 1, (tensor) =>
        inside(tensor, 2, (shape) => {
          const dimensions = [...fieldsOf(shape)];
          if (dimensions.length !== 4) return shape;
          const [rows, channels] = dimensions.map(({ whole }) => whole);
          return Buffer.concat([rows!, channels!, ...["H", "W"].map((name) => bytesField(1, bytesField(2, name)))]);
        }),
      ),
    ),
  );
}

/** A message in which the field of that number is changed. */
const inside = (message: Uint8Array, number: number, change: (content: Uint8Array) => Uint8Array) =>
  map(message, (field) => (field.number === number ? bytesField(number, change(field.content)) : field.whole));

const map = (message: Uint8Array, change: (field: Field) => Uint8Array) =>
  Buffer.concat([...fieldsOf(message)].map(change));
