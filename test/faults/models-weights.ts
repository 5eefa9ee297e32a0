import type { Fault } from "./fault.ts";

/** Faults in the reading and binding of published weights, sorted by file. */
export const weightsFaults: readonly Fault[] = [
  {
    file: "checkpoint/bind-graph.ts",
    what: "a transposed tensor of 16 bits is not turned back",
    from: "...(stored.transposed ?",
    to: '...(stored.transposed && stored.type === "F32" ?',
    tests: ["checkpoint/bind-graph"],
  },
  {
    file: "checkpoint/families/dalle2-prior.ts",
    what: "an embedding is not shortened to the length that its CLIP's have",
    from: "std: all(Math.fround(1 / scale))",
    to: "std: all(1)",
    tests: ["families/dalle2-prior"],
  },
  {
    file: "checkpoint/import-folder.ts",
    what: "a moved file leaves its place before the pack is tried",
    from: "    await options.check?.(folder);",
    to: '    if (placing === "move") for (const file of placed) await leave(file);\n    await options.check?.(folder);',
    tests: ["checkpoint/import-folder"],
  },
  {
    file: "checkpoint/match-tensors.ts",
    what: "a tensor of another shape is bound",
    from: "if (String(piece?.shape) !== String(wanted))",
    to: "if (piece && piece.shape.length !== wanted.length)",
    tests: ["checkpoint/match-tensors", "checkpoint/import-folder"],
  },
  {
    file: "checkpoint/open-clip-config.ts",
    what: "a tower has as many heads of 64 as fit, whatever the file says",
    from: 'numberOf(vision, "head_width", path)',
    to: "64",
    tests: ["checkpoint/open-clip-config"],
  },
  {
    file: "checkpoint/scheduler-config.ts",
    what: "a scheduler's field that is not known is passed over",
    from: "if (unknown) refuse(",
    to: "if (unknown && false) refuse(",
    tests: ["checkpoint/scheduler-config"],
  },
  {
    file: "checkpoint/tensor-file.ts",
    what: "a tensor's place is counted without the length of the header",
    from: "const start = 8 + length;",
    to: "const start = length;",
    tests: ["checkpoint/tensor-file"],
  },
  {
    file: "pack/json-keys.ts",
    what: "of two tensors of one name the second counts",
    from: "if (keys?.has(key)) return { repeated: key };",
    to: "",
    tests: ["checkpoint/tensor-file"],
  },
  {
    file: "pack/safetensors-header.ts",
    what: "two arrays may share numbers",
    from: "if (begin !== filled)",
    to: "if (begin > filled)",
    tests: ["pack/safetensors"],
  },
];
