import { once } from "node:events";
import { globSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What was asked of a store since it was opened: requests by method. */
export type Asked = ReadonlyMap<string, number>;

/** A line to an S3 server of this machine that counts what is asked of it; nothing of a request or a reply is changed. */
export async function countedStore(port: number) {
  const asked = new Map<string, number>();
  const server = createServer((from, to) => {
    const method = from.method!;
    asked.set(method, (asked.get(method) ?? 0) + 1);
    const onward = request({ host: "127.0.0.1", port, method, path: from.url!, headers: from.headers }, (reply) => {
      to.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(to);
    });
    // Whoever asked sees a broken line, as without this one.
    onward.on("error", () => to.destroy());
    from.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    asked: (): Asked => new Map(asked),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Objects in a bucket whose objects are files below that folder, and their bytes. */
export function objectsIn(folder: string): { readonly count: number; readonly bytes: number } {
  const files = globSync("**/*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return { count: files.length, bytes };
}
