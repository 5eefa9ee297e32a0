import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const outputImage = defineNode({
  type: "output.image",
  version: 1,
  title: "Save image",
  summary: "A picture to keep: a run starts from what its outputs need and writes a file for each.",
  inputs: { image: t.image("The picture.") },
  params: {
    name: p.text("Start of the file's name; empty takes the node's id.", { maxLength: 64 }),
    format: p.choice("Kind of file.", ["png"], "png"),
  },
});
