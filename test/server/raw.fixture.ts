import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";

export type RawReply = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
};

/** Asks with exactly these headers and this path: what `fetch` would set right or refuse is sent as it is. */
export function askRaw(
  url: string,
  options: {
    method?: string;
    path: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    localAddress?: string;
  },
): Promise<RawReply> {
  const { hostname, port, host } = new URL(url);
  const { method = "GET", path, headers = {}, body, ...from } = options;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, method, path, headers: { host, ...length, ...headers }, setHost: false, agent: false, ...from },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, text }));
        response.on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/** True for a problem document that says what to do. */
export function isProblem({ headers, text }: RawReply): boolean {
  const { detail, remedy } = JSON.parse(text);
  return headers["content-type"] === "application/problem+json; charset=utf-8" && Boolean(detail && remedy);
}

/** A frame of a web socket as clients send it, of a text shorter than 126 bytes. */
export function frameOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}

/** Opens a web socket to a server's live events that lives as long as the server wants it, and joins if it is to; with a token, if one is given. */
export async function openViewer(url: string, joins: boolean, token?: string): Promise<Socket> {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  const hears = (what: string) =>
    new Promise<void>((resolve, reject) => {
      let heard = "";
      const hear = (bytes: Buffer) => {
        heard += bytes.toString("latin1");
        if (!heard.includes(what)) return;
        socket.off("data", hear);
        resolve();
      };
      socket.on("data", hear).once("close", () => reject(new Error(`closed before ${what} came: ${heard}`)));
    });
  const opened = hears("101 Switching");
  const key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
  const shown = token === undefined ? "" : `\r\nAuthorization: Bearer ${token}`;
  const upgrade = `Host: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${key}${shown}`;
  socket.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${upgrade}\r\n\r\n`);
  await opened;
  socket.on("data", (bytes: Buffer) => {
    // The server asks now and then whether somebody is there, and says when it has had enough.
    if (bytes.includes("\x81\x012", 0, "latin1")) socket.write(frameOf("3"));
    if (bytes[0] === 0x88) socket.destroy();
  });
  if (!joins) return socket;
  const joined = hears("40{");
  socket.write(frameOf("40"));
  await joined;
  return socket;
}

/** Opens so many connections, a hundred at a time; they end with the test. */
export async function hold(
  context: Pick<TestContext, "after">,
  n: number,
  open: () => Promise<Socket>,
): Promise<Socket[]> {
  const held: Socket[] = [];
  context.after(() => {
    for (const socket of held) socket.destroy();
  });
  while (held.length < n)
    held.push(...(await Promise.all(Array.from({ length: Math.min(100, n - held.length) }, open))));
  return held;
}

/** A connection that sends so much of a request and no more. */
export async function begin({ url }: { readonly url: string }, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  if (text !== "") socket.write(text);
  return socket;
}
