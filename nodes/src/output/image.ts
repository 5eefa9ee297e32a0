import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputImage = defineNode({
  type: "output.image",
  version: 1,
  title: "Save image",
  summary: "A picture to keep: a run starts from what its outputs need and writes a file for each.",
  inputs: { image: t.image("The picture.") },
  params: {
    name: nameParam(),
    format: p.choice("Kind of file.", ["png"], "png"),
  },
});
