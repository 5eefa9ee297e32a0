import type { EndState } from "@clipwork/engine";

/** An address that is told when a run ends. Only the owner of a data folder names one. */
export type Webhook = {
  readonly url: string;
  /** The key that messages are signed with. */
  readonly key: Uint8Array;
  /** Ends that it is told of; all if it is left out. */
  readonly states?: readonly EndState[];
  /** It may lie on this machine or in a private network. */
  readonly private: boolean;
};

const ends = ["finished", "failed", "cancelled"] as const satisfies readonly EndState[];
/** Webhooks of a server. */
const most = 20;

/** Reads `"webhooks"` of a configuration; a text says what is wrong, in the words that follow `"webhooks"`. */
export function readWebhooks(value: unknown): readonly Webhook[] | string {
  if (!Array.isArray(value)) return "has to be a list";
  if (value.length > most) return `has more than ${most} entries`;
  const hooks: Webhook[] = [];
  for (const [i, one] of value.entries()) {
    const hook = readOne(one);
    if (typeof hook === "string") return `entry ${i + 1} ${hook}`;
    if (hooks.some(({ url }) => url === hook.url)) return `entry ${i + 1} has the address of another`;
    hooks.push(hook);
  }
  return hooks;
}

function readOne(value: unknown): Webhook | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is not an object";
  const { url, secret, states, private: within = false, ...unknown } = value as { [field: string]: unknown };
  const [field] = Object.keys(unknown);
  if (field !== undefined) return `has an unknown field ${JSON.stringify(field)}`;
  if (typeof within !== "boolean") return 'says neither true nor false for "private"';
  const address = typeof url === "string" ? URL.parse(url) : null;
  const schemes = within ? ["https:", "http:"] : ["https:"];
  if (!address || !schemes.includes(address.protocol)) return `needs a "url" that begins with ${schemes.join(" or ")}`;
  if (address.username !== "" || address.password !== "") return 'may not have a user in its "url"';
  address.hash = "";
  const key = typeof secret === "string" ? readSecret(secret) : undefined;
  if (!key) return 'needs a "secret": whsec_ and 24 to 64 bytes in base64';
  if (states === undefined) return { url: address.href, key, private: within };
  const told = Array.isArray(states) ? ends.filter((end) => states.includes(end)) : [];
  if (!Array.isArray(states) || told.length === 0 || told.length !== states.length)
    return `may have "states" of ${ends.join(", ")}, each once`;
  return { url: address.href, key, private: within, states: told };
}

/** As the Standard Webhooks specification writes a symmetric key. */
function readSecret(secret: string): Uint8Array | undefined {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64 ?? "", "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}
