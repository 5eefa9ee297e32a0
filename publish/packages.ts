// What is published: which packages there are, and what lies in each beside its compiled sources.

/** One tarball. */
export type Published = {
  /** Its name on the registry. */
  readonly name: string;
  /** The workspace's package whose sources it holds. */
  readonly folder: string;
  readonly description: string;
  /**
   * Where the compiled sources and the package's other files lie in the tarball; "" for its root. The program lies as it does in the
   * project, because it looks for packs, workflows and the editor from there.
   */
  readonly within: string;
  /** Files and folders of the package that are no TypeScript, from `folder`. */
  readonly assets: readonly string[];
  /** Files and folders of the project that it needs, from the root, under the same paths. Globs. */
  readonly beside: readonly string[];
  /**
   * Packages of others that lie in the tarball: those files of them, and none of their dependencies. Whoever installs it gets them
   * from no registry.
   */
  readonly bundled?: { readonly [name: string]: readonly string[] };
  /** It holds the built editor, and so the code of others: their licences go with it. */
  readonly editor?: true;
};

export const published: readonly Published[] = [
  {
    name: "@clipwork/engine",
    folder: "engine",
    description: "Documents, types, validation and runs of node graphs: pure TypeScript without dependencies.",
    within: "",
    assets: [],
    beside: [],
  },
  {
    name: "@clipwork/client",
    folder: "client",
    description: "A typed client for the API and the live events of a Clipwork server, for Node and browsers.",
    within: "",
    assets: [],
    beside: [],
  },
  {
    name: "@clipwork/models",
    folder: "models",
    description: "Model packs of unCLIP: manifests, published checkpoints, tokenizers, and ONNX sessions to run them.",
    within: "",
    assets: ["src/onnx/probe.onnx"],
    beside: [],
  },
  {
    name: "@clipwork/nodes",
    folder: "nodes",
    description: "The node types of Clipwork, and what node packs are written with.",
    within: "",
    assets: ["fonts.conf"],
    beside: [],
  },
  {
    name: "clipwork",
    folder: "server",
    description: "A node-graph workflow engine for unCLIP: caption to picture, every stage a typed node.",
    within: "server",
    assets: [
      "src/cli/start.mjs",
      ...["records", "line", "placement", "commands"].map((name) => `src/queue/redis/lua/${name}.lua`),
      "src/fleet/registry.lua",
    ],
    beside: ["ui/dist/**", "packs/**", "workflows/*.json", "workflows/reference/**"],
    // As a dependency it would bring @scarf/scarf, which reports installations to its makers.
    bundled: {
      "swagger-ui-dist": [
        ...["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt"],
        ...["LICENSE", "NOTICE"],
      ],
    },
    editor: true,
  },
];
