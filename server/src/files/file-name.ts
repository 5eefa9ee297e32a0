/** Names that Windows keeps for devices, with any ending. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name that every file system takes, from free text: no separators, no leading dot, at most 60 characters. */
export function safeFileName(text: string, otherwise: string): string {
  const plain = text
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N} ._-]+/gu, "_")
    .replace(/^[. ]+/, "");
  const short = [...plain]
    .slice(0, 60)
    .join("")
    .replace(/[. ]+$/, "");
  if (short === "") return otherwise;
  return devices.test(short) ? `_${short}` : short;
}
