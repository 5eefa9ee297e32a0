import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { type Found, ok, wrong } from "./finding.ts";

/** How long an answer may take, in milliseconds. */
const patience = 5000;
const guide = "docs/behind-a-proxy.md has examples for nginx and Caddy.";

type Place = {
  readonly origin: string;
  readonly host: string;
  /** Without its closing slash; "" at the root. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
};

/**
 * Asks a server at the address at which people reach it, through whatever stands in front: whether it is reached, by a name that it takes and
 * below the path that it knows, whether web sockets get through, and whether it believes a proxy that speaks https for it. A token in the address
 * is sent there, and without one what needs it is not looked at.
 */
export async function examineFront(address: string): Promise<Found> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    return wrong("error", {
      message: `${JSON.stringify(address)} is no address of a page.`,
      remedy: "Give the one that people open, such as https://gpu.example/clipwork.",
    });
  const token = url.searchParams.get("token");
  const headers: Place["headers"] = token === null ? {} : { authorization: `Bearer ${token}` };
  const place = { origin: url.origin, host: url.host, path: url.pathname.replace(/\/$/, ""), headers };
  const there = `${place.origin}${place.path} leads to the server`;
  const reached = await reach(place);
  if (reached === "asks for a token")
    return ok(
      `${there}, which asks for a token. With ?token= and it in the address path and web sockets are looked at too.`,
    );
  if (reached !== "reached") return reached;
  const misplaced = await findBase(place);
  if (misplaced) return misplaced;
  const deaf = await openSocket(place);
  if (deaf) return deaf;
  const unbelieved = token !== null && url.protocol === "https:" && !(await givesSecureCookie(place, token));
  if (unbelieved)
    return wrong("warning", {
      message: `The server at ${place.host} does not know that it is reached by https: it believes no proxy.`,
      remedy: "Start it with --trust-proxy, and have the proxy send X-Forwarded-Proto, -Host and -For.",
    });
  return ok(`${there}, with web sockets.`);
}

type Answer = { readonly version?: unknown; readonly detail?: unknown; readonly remedy?: unknown };

async function ask({ origin, path, headers }: Place, route: string): Promise<Response | Error> {
  const options = { headers, redirect: "manual", signal: AbortSignal.timeout(patience) } as const;
  return fetch(`${origin}${path}${route}`, options).catch((error: Error) => error);
}

/** Whether the server is reached there, or why not. */
async function reach(place: Place): Promise<"reached" | "asks for a token" | Found> {
  const { host, origin, path } = place;
  const response = await ask(place, "/api/v1/version");
  if (response instanceof Error) {
    const { message } = response.cause instanceof Error ? response.cause : response;
    const remedy = "Start what stands in front of the server, and look whether its name and port are these.";
    return wrong("error", { message: `Nobody answers at ${host}: ${message}.`, remedy });
  }
  const { status } = response;
  if (status >= 500)
    return wrong("error", {
      message: `The proxy at ${host} answers ${status}: it does not reach the server.`,
      remedy: "Start the server, and have the proxy pass on to the address that it printed.",
    });
  const target = response.headers.get("location");
  if (target !== null)
    return wrong("error", { message: `${host} leads on to ${target}.`, remedy: "Give that address." });
  const answer = (await response.json().catch(() => ({}))) as Answer;
  const ours =
    typeof answer.version === "string" || (typeof answer.detail === "string" && typeof answer.remedy === "string");
  if (status === 401 && ours) return "asks for a token";
  if (status === 403 && ours)
    return wrong("error", {
      message: `The server does not take this name: ${answer.detail}`,
      remedy: `Start it with --allow-host ${host}.`,
    });
  if (status === 200 && typeof answer.version === "string") return "reached";
  const below =
    path === "" ? "" : ` Have the proxy pass on all below ${path}, and start the server with --base-path ${path}.`;
  return wrong("error", {
    message: `Something else than Clipwork answers at ${origin}${path} (${status}).`,
    remedy: `Look whether that is the path.${below} ${guide}`,
  });
}

/** That the server takes another path for its own, which its pages then ask for. */
async function findBase(place: Place): Promise<Found | undefined> {
  const response = await ask(place, "/api/v1/openapi.json");
  if (response instanceof Error || response.status !== 200) return undefined;
  const { servers } = (await response.json()) as { readonly servers: readonly { readonly url: string }[] };
  const own = servers[0]!.url.replace(/\/api\/v1$/, "");
  if (own === place.path) return undefined;
  return wrong("error", {
    message: `People reach the server at ${place.path || "/"}, and it takes ${own || "/"} for its own path: its pages find nothing.`,
    remedy: place.path === "" ? "Start it without --base-path." : `Start it with --base-path ${place.path}.`,
  });
}

/** That no web socket comes through, and so nothing live. */
function openSocket({ origin, path, host, headers }: Place): Promise<Found | undefined> {
  const send = origin.startsWith("https:") ? secure : plain;
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const asked = { ...headers, ...upgrade, "sec-websocket-key": "Y2xpcHdvcmsgZG9jdG9yIQ==" };
  const lost = (how: string) =>
    wrong("error", {
      message: `No web socket comes through ${host}: ${how}. Pages hear nothing of their runs.`,
      remedy: `Have the proxy pass on the headers Upgrade and Connection. ${guide}`,
    });
  return new Promise((resolve) => {
    const options = { headers: asked, agent: false, timeout: patience } as const;
    const request = send(`${origin}${path}/socket.io/?EIO=4&transport=websocket`, options);
    const settle = (found: Found | undefined) => {
      request.destroy();
      resolve(found);
    };
    request.on("upgrade", (_, socket) => {
      socket.destroy();
      settle(undefined);
    });
    request.on("response", ({ statusCode }) => settle(lost(`the answer is ${statusCode}`)));
    request.on("timeout", () => settle(lost("there is no answer")));
    request.on("error", ({ message }) => settle(lost(message)));
    request.end();
  });
}

/** Whether the server gives a session that goes over https alone, as it does if it knows that it is reached so. */
async function givesSecureCookie(place: Place, token: string): Promise<boolean> {
  const response = await ask({ ...place, headers: {} }, `/?token=${encodeURIComponent(token)}`);
  if (response instanceof Error) return false;
  const cookies = response.headers.getSetCookie();
  return cookies.length === 0 || cookies.some((cookie) => /;\s*secure/i.test(cookie));
}
