import {
  oneOf,
  optional,
  type Reader,
  readFields,
  readInteger,
  readNumber,
  readText as readString,
  readVector,
} from "../fields/fields.ts";
import { type HashedFile, readFile, readSha256 } from "./files.ts";

/** How a picture becomes the input of a network that sees pictures. */
export type Sight = {
  readonly size: number;
  /** Of pixels in [0, 1], by channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** A picture that is not square is cropped to its centre, or squashed. */
  readonly fit: "crop" | "squash";
};

/**
 * A CLIP space. Its id is what makes embeddings comparable: the sha256 of the weights of its image encoder as they were
 * published, stated by the manifest whether or not the pack has that encoder.
 */
export type Space = {
  readonly id: string;
  /** Numbers of an embedding: raw projections, not normalised. */
  readonly dimension: number;
  /** How a picture becomes the image encoder's input. */
  readonly image?: Sight;
};

/** A text encoder's tokens. Its id is the sha256 of the weights of the text encoder as they were published. */
export type Text = {
  readonly id: string;
  readonly tokenizer: HashedFile & {
    readonly bos: string;
    readonly eos: string;
    readonly pad: string;
    readonly unknown: string | null;
  };
  /** Tokens of a caption with BOS, EOS and padding. */
  readonly contextLength: number;
  /** Numbers of the states of one token. */
  readonly width: number;
};

/** The latent space of an autoencoder. */
export type LatentSpace = {
  readonly id: string;
  readonly channels: number;
  /** Pixels along a side for one number of the latent. */
  readonly factor: number;
  /** The encoder's output times this is what the denoiser sees. */
  readonly scale: number;
};

const size: Reader<number> = (value, field) => readInteger(value, field, 1, 16_384);

export function readSpace(value: unknown, field: string): Space {
  return readFields(value, field, { id: readSha256, dimension: size, image: optional(readSight) });
}

export function readSight(value: unknown, field: string): Sight {
  return readFields(value, field, {
    size: (side, at) => readInteger(side, at, 1, 4096),
    mean: (list, at) => readVector(list, at, 3, -1000, 1000),
    std: (list, at) => readVector(list, at, 3, 1e-6, 1000),
    fit: oneOf("crop", "squash"),
  });
}

export function readText(value: unknown, field: string): Text {
  return readFields(value, field, {
    id: readSha256,
    tokenizer: readTokenizer,
    contextLength: (length, at) => readInteger(length, at, 3, 4096),
    width: size,
  });
}

function readTokenizer(value: unknown, field: string): Text["tokenizer"] {
  const token: Reader<string> = (text, at) => readString(text, at);
  return readFields(value, field, {
    file: readFile,
    sha256: readSha256,
    bos: token,
    eos: token,
    pad: token,
    unknown: (text, at) => (text === null ? null : readString(text, at)),
  });
}

export function readLatentSpace(value: unknown, field: string): LatentSpace {
  return readFields(value, field, {
    id: readSha256,
    channels: (channels, at) => readInteger(channels, at, 1, 1024),
    factor: (factor, at) => readInteger(factor, at, 1, 1024),
    scale: (scale, at) => readNumber(scale, at, 1e-6, 1e6),
  });
}
