import { Connection } from "../../server/src/redis/connection.ts";

/** What a Redis server has done and what it keeps, since it started. */
export type RedisCounts = {
  /** Commands that came to it, and those that its scripts called. */
  readonly commands: number;
  readonly scripts: number;
  /** Milliseconds of processor time. */
  readonly processorMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Bytes of all keys in memory, and of the journal on the disk. */
  readonly keyBytes: number;
  readonly journalBytes: number;
};

/** Commands of whoever counts, which nobody else sends. */
const ours = new Set(["info", "scan", "memory|usage", "memory", "hello", "client|setinfo", "client|setname"]);

/** The figures that INFO has, by name. */
export function readInfo(text: string): Map<string, string> {
  const lines = text.split("\r\n").filter((line) => line.includes(":"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
}

/** How often each command was called, by INFO's `cmdstat_NAME:calls=N,…`. */
export function readCalls(info: ReadonlyMap<string, string>): Map<string, number> {
  const stats = [...info].filter(([name]) => name.startsWith("cmdstat_"));
  return new Map(stats.map(([name, text]) => [name.slice(8), Number(/^calls=(\d+)/.exec(text)![1])]));
}

/** A look at a Redis server, by INFO and MEMORY USAGE. */
export async function openCounter(address: string) {
  const connection = await Connection.open(address, (error) => {
    throw error;
  });
  const info = async (section: string) => readInfo(String(await connection.send(["INFO", section])));

  async function keyBytes(): Promise<number> {
    let [sum, cursor] = [0, "0"];
    do {
      const [next, keys] = (await connection.send(["SCAN", cursor, "COUNT", "1000"])) as [string, string[]];
      // A key that went away meanwhile uses nothing.
      for (const key of keys) sum += Number(await connection.send(["MEMORY", "USAGE", key, "SAMPLES", "0"]));
      cursor = next;
    } while (cursor !== "0");
    return sum;
  }

  return {
    close: () => connection.close(),
    async counts(): Promise<RedisCounts> {
      const all = await info("everything");
      const figure = (name: string) => Number(all.get(name));
      const calls = [...readCalls(all)].filter(([name]) => !ours.has(name));
      const count = (wanted: (name: string) => boolean) =>
        calls.reduce((sum, [name, times]) => sum + (wanted(name) ? times : 0), 0);
      return {
        commands: count(() => true),
        scripts: count((name) => /^(eval|evalsha|fcall)$/.test(name)),
        processorMs: 1000 * (figure("used_cpu_user") + figure("used_cpu_sys")),
        bytesIn: figure("total_net_input_bytes"),
        bytesOut: figure("total_net_output_bytes"),
        keyBytes: await keyBytes(),
        journalBytes: figure("aof_current_size"),
      };
    },
  };
}
