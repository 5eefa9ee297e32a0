const units = ["KB", "MB", "GB"] as const;

/** A number of bytes as people say it, in steps of 1024: 900 bytes, 1.5 KB, 12 MB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let size = bytes / 1024;
  let unit = 0;
  // 1023.5 KB would be written as 1024 KB.
  for (; size >= 1023.5 && unit < units.length - 1; unit++) size /= 1024;
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
