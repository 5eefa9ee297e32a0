import { request } from "node:http";

export type RawReply = {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
};

/** Asks with exactly these headers and this path: what `fetch` would set right or refuse is sent as it is. */
export function askRaw(
  url: string,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Uint8Array },
): Promise<RawReply> {
  const { hostname, port, host } = new URL(url);
  const { method = "GET", path, headers = {}, body } = options;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, method, path, headers: { host, ...length, ...headers }, setHost: false, agent: false },
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
