import {
  optional,
  type Reader,
  readFields,
  readList,
  readMap,
  readMatch,
  readOneOf,
  refuse,
} from "../fields/fields.ts";
import { inputNames } from "./inputs.ts";

/** A file of the pack and the sha256 of its bytes, in hex. */
export type HashedFile = { readonly file: string; readonly sha256: string };

/** What every stage has: its graph. */
export type StageFiles = HashedFile & {
  readonly externalData?: readonly HashedFile[];
  /** The format's name of each input that the graph names differently. */
  readonly inputs?: { readonly [ownName: string]: string };
};

/** A plain name in the folder: no separator, no drive, not hidden, no "..", no trailing dot (which Windows drops). */
const filePattern = /^(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/;

export const readFile: Reader<string> = (value, field) =>
  readMatch(value, field, filePattern, "the plain name of a file in the pack's folder");

export const readSha256: Reader<string> = (value, field) =>
  readMatch(value, field, /^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");

const hashedFile = { file: readFile, sha256: readSha256 };

/** A file of named arrays, in safetensors format. */
export const readArraysFile: Reader<HashedFile> = (value, field) =>
  readFields(value, field, {
    file: (name, at) => {
      const file = readFile(name, at);
      return file.endsWith(".safetensors") ? file : refuse(at, name, 'the name of a file that ends in ".safetensors"');
    },
    sha256: readSha256,
  });

/** The readers of a stage's files and inputs, for `readFields`. */
export const stageFiles = {
  ...hashedFile,
  externalData: optional((value, field) =>
    readList(value, field, 1000).map((item, index) => readFields(item, `${field}[${index}]`, hashedFile)),
  ),
  inputs: optional((value, field) => readMap(value, field, (name, at) => readOneOf(name, at, inputNames))),
} as const;
