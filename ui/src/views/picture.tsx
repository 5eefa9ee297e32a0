import { ImageIcon } from "lucide-react";
import { artifact } from "../server/artifact.ts";
import { defineView } from "./view-kind.ts";

/** A picture as it is. */
export const picture = defineView({
  kind: "picture",
  Icon: ImageIcon,
  Show: ({ view, alt }) => <img src={artifact(view.picture)} alt={alt} draggable={false} />,
  picture: (view) => view.picture,
});
