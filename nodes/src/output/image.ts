import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputImage = defineNode({
  type: "output.image",
  version: 1,
  title: "Save image",
  summary: "A picture to keep: a run writes each item as a PNG file that carries its workflow.",
  inputs: { image: t.image("The picture.") },
  params: {
    name: nameParam(),
    format: p.choice("Kind of file.", ["png"], "png"),
  },
});
