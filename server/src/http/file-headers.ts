import type { ServerResponse } from "node:http";

/**
 * Says what becomes of bytes that a browser is sent: pictures are shown, anything else is saved as a file, under that name or, without
 * one, as whoever asks names it. Opened by itself, whatever it is runs nothing and belongs to no site.
 */
export function setFileHeaders(response: ServerResponse, type: string, name?: string): void {
  // An SVG styles itself.
  const style = type === "image/svg+xml" ? "style-src 'unsafe-inline'; " : "";
  response.setHeader("Content-Security-Policy", `default-src 'none'; ${style}sandbox`);
  const disposition = type.startsWith("image/") ? "inline" : "attachment";
  response.setHeader("Content-Disposition", name === undefined ? disposition : `${disposition}; ${fileName(name)}`);
}

/** The name in ASCII and, as RFC 6266 has it, in full. */
function fileName(name: string): string {
  const plain = name.replace(/[^\w. -]/g, "_");
  const full = encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return `filename="${plain}"; filename*=UTF-8''${full}`;
}
