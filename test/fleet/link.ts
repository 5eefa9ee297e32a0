import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";

/** How a line is cut: broken off and refused, or silent, with all that was said meanwhile delivered in the end. */
export type Cut = "refused" | "silent";

/** A line to a port of this machine that can be cut. */
export type Link = {
  readonly port: number;
  cut(how: Cut): void;
  mend(): void;
  stop(): void;
};

/** Opens a line to that port. */
export async function linkTo(port: number): Promise<Link> {
  let how: Cut | undefined;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    if (how === "refused") return near.destroy();
    const far = createConnection(port, "127.0.0.1");
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      ends.add(from);
      from.on("data", (bytes) => {
        if (!to.write(bytes)) from.pause();
      });
      to.on("drain", () => how === undefined && from.resume());
      from.on("end", () => to.end());
      // A side that breaks off takes the other one along.
      from.on("error", () => {});
      from.on("close", () => {
        ends.delete(from);
        to.destroy();
      });
      if (how === "silent") from.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cut(next) {
      how = next;
      for (const end of ends) {
        if (next === "refused") end.destroy();
        else end.pause();
      }
    },
    mend() {
      how = undefined;
      for (const end of ends) end.resume();
    },
    stop() {
      server.close();
      for (const end of ends) end.destroy();
    },
  };
}
