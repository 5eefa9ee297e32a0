/** A node of version 1. */
export const node = (type: string, params: object = {}, inputs: object = {}) => ({ type, version: 1, params, inputs });

/** A caption to a picture of 64 pixels in a moment. */
export const small = (title: string) => ({
  format: "clipwork/1",
  meta: { title },
  nodes: {
    caption: node("text.prompt", { text: "a red cube" }),
    encode: node("clip.encode-text", {}, { text: "caption.text" }),
    prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
    decode: {
      ...node("decoder.sample", { steps: 2, seed: 7 }, { image: "prior.embedding", text: "encode.embedding" }),
      version: 2,
    },
    save: node("output.image", {}, { image: "decode.image" }),
  },
  exposed: { prompt: "caption.text", seed: "decode.seed" },
});
