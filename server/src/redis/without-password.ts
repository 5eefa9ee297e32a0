/** An address without its password, for messages; one that cannot be read is said without all that stands before its last @. */
export function withoutPassword(address: string): string {
  const url = URL.parse(address);
  if (!url?.host) {
    const [from, to] = [address.indexOf("://"), address.lastIndexOf("@")];
    return to < 0 ? address : `${from < 0 || from > to ? "" : address.slice(0, from + 3)}***${address.slice(to)}`;
  }
  if (url.password !== "") url.password = "***";
  return url.href;
}
