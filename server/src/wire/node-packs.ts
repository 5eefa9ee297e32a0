/** `GET /node-packs`: the node packs that the server was started with, those that are not used included. */
export type NodePacksReply = { readonly packs: readonly NodePackJson[] };

/** A node pack as its package.json describes it, and what became of it when the server started. */
export type NodePackJson = {
  /** Its name; of one without a package.json that can be read, the name of its folder. */
  readonly name: string;
  /** Where it lies on the server. */
  readonly folder: string;
  readonly version?: string;
  readonly description?: string;
  readonly author?: string;
  readonly licence?: string;
  /** Its page on the web: an address that begins with http: or https:. */
  readonly homepage?: string;
  /** The node types that it brings, as `GET /nodes` describes them; none if it is not used. */
  readonly types: readonly string[];
  /** Why it is not used, and what to do about it. */
  readonly unusable?: { readonly message: string; readonly remedy: string };
};
