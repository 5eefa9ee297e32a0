import type { Problem } from "@clipwork/engine";
import type { ErrorBody } from "../wire/wire.ts";

/** A server that does not answer, or that refuses what it was asked. */
export class Refused extends Error {
  readonly remedy: string;
  /** What is wrong with a workflow, if that is why. */
  readonly problems: readonly Problem[];

  constructor(message: string, remedy: string, problems: readonly Problem[] = []) {
    super(message);
    this.remedy = remedy;
    this.problems = problems;
  }
}

/** The largest answer that is read, in bytes, unless its reader takes less. */
const maxAnswer = 64 * 2 ** 20;
const noServer = "Start one with the command serve, or name its address with --server, as it printed it.";
const noToken = "Name its address with a token, as it printed it: http://…/?token=….";

/** Asks a running server, by the address that it printed: with the token, if it has one. */
export class ServerClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** Throws Refused if that is no address. */
  constructor(address: string) {
    const url = URL.parse(address);
    if (!url || !/^https?:$/.test(url.protocol)) throw new Refused(`${address} is no address of a server.`, noServer);
    const token = url.searchParams.get("token");
    this.#base = `${url.origin}${url.pathname.replace(/\/$/, "")}`;
    this.#headers = token === null ? {} : { authorization: `Bearer ${token}` };
  }

  /** What the server says to a request below /api/v1, as JSON. Throws Refused. */
  async json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.#send(method, path, { body, signal });
    const text = Buffer.from(await readBounded(response, maxAnswer)).toString();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** The bytes behind an address below /api/v1. Throws Refused, also if there are more than `max`. */
  async bytes(path: string, max: number, signal?: AbortSignal): Promise<Uint8Array> {
    return readBounded(await this.#send("GET", path, { signal }), max);
  }

  /** The answer to a request below /api/v1, to be read as it comes. Throws Refused. */
  open(method: string, path: string, body: unknown, signal: AbortSignal): Promise<Response> {
    return this.#send(method, path, { body, signal });
  }

  async #send(
    method: string,
    path: string,
    { body, signal }: { readonly body?: unknown; readonly signal?: AbortSignal | undefined },
  ): Promise<Response> {
    const response = await fetch(`${this.#base}/api/v1${path}`, {
      method,
      // A redirect would take the token along to wherever it leads.
      redirect: "error",
      headers: { ...this.#headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new Refused(`No server answers at ${new URL(this.#base).origin}.`, noServer);
    });
    if (response.ok) return response;
    const said: unknown = await response.json().catch(() => undefined);
    const { detail, remedy, problems } = (said ?? {}) as Partial<ErrorBody>;
    const stranger = `${new URL(this.#base).origin} answered ${response.status}: it is no Clipwork server.`;
    // What the server says of a token is for browsers.
    const mend = detail !== undefined && response.status === 401 ? noToken : remedy;
    throw new Refused(detail ?? stranger, mend ?? noServer, problems);
  }
}

async function readBounded(response: Response, max: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > max) throw new Refused(`The answer has more than ${max} bytes.`, "Ask for less.");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
