import { nodeDefiner, p } from "@clipwork/engine";
import { t } from "@clipwork/nodes";

const defineNode = nodeDefiner<object>();

/** A picture of one pixel. */
export const paint = defineNode({
  type: "test.paint",
  version: 1,
  title: "Paint",
  summary: "Outputs a picture.",
  outputs: { image: t.image("The picture.") },
  run: () => ({ image: { width: 1, height: 1, data: new Float32Array(3) } }),
});

/** Moves what it is given, as a reroute does. */
export const pass = defineNode({
  type: "test.pass",
  version: 1,
  title: "Pass",
  summary: "Passes on what is linked.",
  inputs: { value: t.variable("T", "Anything.") },
  outputs: { value: t.variable("T", "The same.") },
  moves: true,
  run: ({ value }) => ({ value }),
});

/** An output with a name of its own. */
export const save = defineNode({
  type: "output.save",
  version: 1,
  title: "Save",
  summary: "Saves a value.",
  inputs: { value: t.variable("T", "Anything.") },
  params: { name: p.text("Its name.") },
});
