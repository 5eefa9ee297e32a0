import { defineKind } from "@clipwork/engine";

/** Bytes with their media type (RFC 6838), as an output writes them. */
export type FileValue = { readonly media: string; readonly ending: string; readonly bytes: Uint8Array };

const maxBytes = 256 * 2 ** 20;
const mediaPattern = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,126}$/;
const endingPattern = /^\.[a-z0-9]{1,16}$/;

export const file = defineKind<FileValue>({
  kind: "file",
  hue: 250,
  card: "strip",
  check(value) {
    const { media, ending, bytes } = Object(value) as { [field: string]: unknown };
    if (!(bytes instanceof Uint8Array)) return "is not a file: it has no bytes";
    if (bytes.length > maxBytes) return `is not a file: it has more than ${maxBytes / 2 ** 20} MB`;
    if (typeof media !== "string" || !mediaPattern.test(media))
      return "is not a file: its media type is not like text/plain";
    return typeof ending === "string" && endingPattern.test(ending)
      ? undefined
      : "is not a file: its ending is not like .bin";
  },
  view: ({ media, ending, bytes }) => ({ kind: "file", media, ending, bytes }),
  publish: ({ media, ending, bytes }) => [{ media, ending, bytes }],
});
