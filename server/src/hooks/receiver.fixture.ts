import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A message as its receiver got it. */
export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** A receiver of webhooks: `answer` gives the status for each message by how many came before; 0 breaks the connection off. */
export async function receiver(context: TestContext, answer: (before: number) => number) {
  const received: Received[] = [];
  const heard = new EventTarget();
  const server: Server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const status = answer(received.length);
    received.push({ headers: request.headers, body });
    if (status === 0) request.destroy();
    else response.writeHead(status, { location: "http://127.0.0.1:1/" }).end("never read");
    heard.dispatchEvent(new Event("message"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** Resolves once that many messages have come. */
    async come(count: number): Promise<void> {
      while (received.length < count) await once(heard, "message");
    },
  };
}
