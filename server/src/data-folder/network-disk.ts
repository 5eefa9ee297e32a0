import { statfs } from "node:fs/promises";
import type { Unusable } from "@clipwork/engine";

/** File systems that lie on another machine, by the number that Linux gives them (linux/magic.h, statfs(2)). */
const networks: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x65735546, "FUSE"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
]);

/** The kind of network file system that a number stands for, or undefined if it is a disk of this machine. */
export function networkName(type: number): string | undefined {
  return networks.get(type >>> 0);
}

/** The kind of network file system that the folder lies on, as far as the system tells: Linux does. */
export async function networkOf(folder: string): Promise<string | undefined> {
  return process.platform === "linux" ? networkName((await statfs(folder)).type) : undefined;
}

/** What a data folder on a network file system of that name means for whoever serves it: SQLite's lock relies on the disk. */
export function networkWarning(network: string): Unusable {
  return {
    message: `The data folder lies on another machine (${network}), where two servers may not see each other's lock.`,
    remedy: "Name a folder on a disk of this machine with --data, or make sure that one server alone uses it.",
  };
}
