import type { Refinement } from "@clipwork/engine";

/** How large a picture, a mask, noise or a latent is known to be, before anything runs. */
export type Size = { readonly width: Refinement; readonly height: Refinement };

const sides = (fact: (side: "width" | "height") => Refinement): Size => ({
  width: fact("width"),
  height: fact("height"),
});

/** A square whose side is a fact of the pack, such as "decoder.size". */
export const square = (fact: string): Size => sides(() => ({ pack: fact }));

/** The size that all sockets of the node that say so have. */
export const sameSize: Size = sides((side) => ({ same: side }));

/** The size of the pictures that a decoder paints: the pack's only one, else that of what is linked. */
export const paintedSize: Size = sides((side) => ({ first: [{ pack: "decoder.size" }, { same: side }] }));

/** What the parameters "width" and "height" ask for, else the only size that the pack's decoder paints. */
export const askedSize: Size = sides((side) => ({ first: [{ param: side }, { pack: "decoder.size" }] }));

const latentSize = (of: Refinement): Refinement => ({ of, over: { pack: "decoder.factor" } });

/** Numbers along the sides of the sample that a decoder starts from for a picture of the size asked for. */
export const askedSample: Size = sides((side) => ({
  first: [latentSize({ param: side }), { param: side }, { pack: "decoder.size" }],
}));

/** Numbers along the sides of the latent that a decoder paints for a picture of the size asked for. */
export const askedLatent: Size = sides((side) => latentSize({ param: side }));

/** Numbers along the sides of the sample that stands for the linked picture. */
export const sampleOfSame: Size = sides((side) => ({
  first: [latentSize({ same: side }), { pack: "decoder.size" }, { same: side }],
}));

/** The square that the parameter "size" crops to, else the size of the file. */
export const loadedSize: Size = sides((side) => ({ first: [{ param: "size" }, { file: "file", fact: side }] }));

/** The square that the parameter "size" crops to, else the size of what is linked. */
export const croppedSize: Size = sides((side) => ({ first: [{ param: "size" }, { same: side }] }));

/** The square that the parameter "size" crops to. */
export const croppedSquare: Size = sides(() => ({ param: "size" }));

/** The size of what is linked, as many times as large as the pack's last upsampler makes its picture. */
export const upsampledSize: Size = sides((side) => ({
  first: ["upsampler-1024", "upsampler-256"].map((part) => ({
    of: { same: side },
    times: { pack: `${part}.size` },
    over: { pack: `${part}.conditionSize` },
  })),
}));

/** The latent's size of a linked picture, by a fact of the pack such as "latent-encoder.factor". */
export const encodedSize: Size = sides((side) => ({ of: { same: side }, over: { pack: "latent-encoder.factor" } }));

/** The picture's size of a linked latent. */
export const decodedSize: Size = sides((side) => ({ of: { same: side }, times: { pack: "latent-decoder.factor" } }));
