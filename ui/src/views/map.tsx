import { Map as MapIcon } from "lucide-react";
import { type ComponentType, useEffect, useState } from "react";
import { defineView, type ViewProps } from "./view-kind.ts";

/** A map of embeddings by their pictures or as dots; closely, one that is moved, asked and decoded at any place. */
export const map = defineView({
  kind: "map",
  Icon: MapIcon,
  Show: (props) => <Late part="SmallMap" {...props} />,
  Closely: (props) => <Late part="MapExplorer" {...props} />,
});

type Parts = typeof import("./map-parts.ts");

/** A part of the map, whose code is loaded with the first one. */
function Late({ part, ...props }: ViewProps<"map"> & { readonly part: keyof Parts }) {
  const [Part, setPart] = useState<ComponentType<ViewProps<"map">>>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./map-parts.ts").then(
      (parts) => setPart(() => parts[part]),
      () => setFailed(true),
    );
  }, [part]);
  if (failed) return <p className="muted">The map could not be loaded. Reload the page.</p>;
  return Part ? <Part {...props} /> : <p className="muted">{`A map of ${props.view.count} points`}</p>;
}
