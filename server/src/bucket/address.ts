import type { Unusable } from "@clipwork/engine";

/** A place in an S3-like store: `s3://bucket/folder?endpoint=http://…&region=…`. Who may use it the environment says, as for every S3 client. */
export type BucketAddress = {
  readonly bucket: string;
  /** What all keys begin with: "" or a path that ends with a slash. */
  readonly folder: string;
  readonly region: string;
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string;
};

const example = "Write s3://bucket, or s3://bucket/folder?endpoint=https://store.example&region=eu-central-1.";

/** Reads such an address, or says what is wrong with it. */
export function readBucketAddress(text: string): BucketAddress | Unusable {
  const wrong = (reason: string): Unusable => ({
    message: `${withoutKeys(text)} is no store: ${reason}.`,
    remedy: example,
  });
  const url = URL.parse(text);
  if (url?.protocol !== "s3:") return wrong("it does not begin with s3://");
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(url.hostname)) return wrong("it names no bucket");
  if (url.username !== "" || url.password !== "") return wrong("keys are taken from the environment alone");
  const folder = url.pathname.replace(/^\/+|\/+$/g, "");
  if (!/^[\w./-]*$/.test(folder)) return wrong("its folder may have letters, digits and ._/- alone");
  const { endpoint, region = "us-east-1", ...unknown } = Object.fromEntries(url.searchParams);
  const [name] = Object.keys(unknown);
  if (name !== undefined) return wrong(`there is no setting ${name}`);
  const at = endpoint === undefined ? undefined : URL.parse(endpoint);
  if (endpoint !== undefined && !/^https?:$/.test(at?.protocol ?? ""))
    return wrong("its endpoint is no address that begins with https:// or http://");
  if (at && (at.username !== "" || at.password !== "")) return wrong("keys are taken from the environment alone");
  const known = { bucket: url.hostname, folder: folder === "" ? "" : `${folder}/`, region };
  return { ...known, ...(endpoint !== undefined && { endpoint }) };
}

/** Without what stands between the first :// and the last @: keys that should not be there are not said either. */
function withoutKeys(text: string): string {
  const [from, to] = [text.indexOf("://"), text.lastIndexOf("@")];
  return from < 0 || to < from ? text : `${text.slice(0, from + 3)}***${text.slice(to)}`;
}
