import { BlockList, isIPv4, isIPv6 } from "node:net";

/** What an address reaches: the internet, this machine, a private network, the link alone, or nothing that may be asked. */
export type Reach = "public" | "loopback" | "private" | "link-local" | "reserved";

const blocks: readonly (readonly [Reach, readonly string[]])[] = [
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
  [
    "reserved",
    [
      ...["0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"],
      ...["203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
      // Addresses of version 6 that lead to one of version 4, and those of documents.
      ...["2001::/32", "2001:db8::/32", "2002::/16"],
    ],
  ],
];

const lists = blocks.map(([reach, nets]) => {
  const list = new BlockList();
  for (const net of nets) {
    const [address, bits] = net.split("/");
    list.addSubnet(address!, Number(bits), isIPv4(address!) ? "ipv4" : "ipv6");
  }
  return [reach, list] as const;
});

const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");

/** What the address reaches, as RFC 6890 assigns it. Any text that is no address is reserved. */
export function reachOf(address: string): Reach {
  const plain = withinVersion6(address);
  const family = isIPv4(plain) ? "ipv4" : isIPv6(plain) ? "ipv6" : undefined;
  if (family === undefined) return "reserved";
  const found = lists.find(([, list]) => list.check(plain, family));
  if (found) return found[0];
  return family === "ipv4" || global6.check(plain, "ipv6") ? "public" : "reserved";
}

/** The address of version 4 that one of version 6 stands for ("::ffff:127.0.0.1"); any other as it is. */
function withinVersion6(address: string): string {
  if (!isIPv6(address) || address.includes("%")) return address;
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}
