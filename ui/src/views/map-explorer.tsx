import { Lasso, Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useState } from "react";
import type { Wanted } from "../editor/places.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { roundTo } from "../map/camera.ts";
import { nearestTo } from "../map/find-points.ts";
import type { Sprites } from "./map-draw.ts";
import { MapReadout } from "./map-readout.tsx";
import type { Spot } from "./map-surface.ts";
import { useMap } from "./use-map.ts";
import { useOverlay } from "./use-overlay.ts";
import { usePlaces } from "./use-places.ts";
import { useSurface } from "./use-surface.ts";
import type { ViewProps } from "./view-kind.ts";

/** How many of the nearest points are named. */
const named = 4;

/** A map to be moved, asked for what is where, and decoded at any place. */
export function MapExplorer({ view, alt, node }: ViewProps<"map">) {
  const { content, sprites, problem } = useMap(view);
  if (!content) return <p className="muted">{problem ?? "Loading the map…"}</p>;
  return (
    <Explorer
      key={view.map}
      points={content.points}
      labels={content.labels}
      axes={view.axes}
      alt={alt}
      node={node}
      sprites={sprites}
      problem={problem}
    />
  );
}

type Props = {
  readonly points: readonly number[];
  readonly labels: readonly string[];
  readonly axes: readonly [string, string];
  readonly alt: string;
  readonly node: string;
  readonly sprites: Sprites | undefined;
  readonly problem: string | undefined;
};

function Explorer({ points, labels, axes, alt, node, sprites, problem }: Props) {
  const editor = useEditor();
  const { map, places, strips } = usePlaces(node, points.length / 2);
  const [spot, setSpot] = useState<Spot>();
  const [selected, setSelected] = useState<readonly number[]>([]);
  const [offered, setOffered] = useState<Wanted>();
  const [lasso, setLasso] = useState(false);
  const [spoken, setSpoken] = useState("");

  const nameOf = (item: number) => labels[item] ?? `point ${item}`;
  const near = (at: Spot["at"]) => nearestTo(at, points, named);
  const decode = (wanted: Wanted, what: string) => {
    if (map === undefined) return;
    const decoding = editor.places.decode(map, wanted);
    setOffered(decoding ? undefined : wanted);
    setSpoken(
      decoding ? `Decoding ${what}.` : "The workflow has nothing yet that decodes this. Add it with the button.",
    );
  };
  const surface = useSurface(points, {
    hover(next, by) {
      setSpot(next);
      if (next && by === "keys") setSpoken(`Nearest: ${near(next.at).slice(0, 2).map(nameOf).join(", ")}`);
    },
    select(items) {
      setSelected(items);
      setSpoken(items.length === 1 ? `Selected: ${nameOf(items[0]!)}` : `${items.length} points selected`);
    },
    place({ x, y }, scale) {
      const at = { x: roundTo(scale, x), y: roundTo(scale, y) };
      decode({ at }, `the place near ${near(at).slice(0, 2).map(nameOf).join(" and ")}`);
    },
    join: (from, to) => decode({ from, to }, `what lies between ${nameOf(from)} and ${nameOf(to)}`),
  });
  const overlay = useOverlay({ selected, places, strips });
  const theme = useStore(editor.theme, (now) => now);
  useEffect(() => sprites && surface.now?.sprites(sprites), [sprites, surface]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours come from the theme.
  useEffect(() => surface.now?.recolour(), [theme, surface]);
  useEffect(() => surface.now?.lasso(lasso), [lasso, surface]);
  useEffect(() => surface.now?.overlay(overlay), [overlay, surface]);
  const decoded = places.find(({ state }) => state === "decoded")?.pictures[0];
  useEffect(() => {
    if (decoded !== undefined) setSpoken("The place is decoded.");
  }, [decoded]);

  return (
    <div className="map">
      <div className="map-stage">
        <div
          ref={surface.box}
          className="map-canvas"
          role="application"
          aria-label={`${alt}: a map of ${points.length / 2} points`}
          aria-describedby="map-help"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move the map and act on it.
          tabIndex={0}
        />
        <span className="map-axis" data-axis="x">
          {axes[0]}
        </span>
        <span className="map-axis" data-axis="y">
          {axes[1]}
        </span>
        <div className="map-tools" role="toolbar" aria-label="Map">
          <Tool title="Zoom in (+)" Icon={ZoomIn} onClick={() => surface.now?.zoom(1.5)} />
          <Tool title="Zoom out (−)" Icon={ZoomOut} onClick={() => surface.now?.zoom(1 / 1.5)} />
          <Tool title="Show all of it (0)" Icon={Maximize} onClick={() => surface.now?.fit()} />
          <Tool title="Outline points (Shift and drag)" Icon={Lasso} pressed={lasso} onClick={() => setLasso(!lasso)} />
        </div>
        <p id="map-help" className="map-help">
          {map === undefined
            ? "Drag to move, wheel to zoom, Shift and drag to outline points."
            : "Click between the points to decode that place; drag from one point to another for what lies between. Drag to move, wheel to zoom."}
        </p>
        <p className="spoken" role="status" aria-live="polite">
          {spoken}
        </p>
      </div>
      <MapReadout
        spot={spot}
        near={spot ? near(spot.at) : []}
        nameOf={nameOf}
        sprites={sprites}
        selected={selected}
        places={places.map((place) => ({ ...place, near: near(place.at) }))}
        strips={strips}
        problem={problem}
        onAdd={
          offered && map !== undefined
            ? () => {
                editor.places.add(map, offered);
                setOffered(undefined);
              }
            : undefined
        }
        onDecode={(wanted) => decode(wanted, "it")}
        onClear={() => setSelected([])}
      />
    </div>
  );
}

type ToolProps = {
  readonly title: string;
  readonly Icon: typeof Lasso;
  readonly pressed?: boolean;
  onClick(): void;
};

function Tool({ title, Icon, pressed, onClick }: ToolProps) {
  return (
    <button type="button" className="icon-button" title={title} aria-pressed={pressed} onClick={onClick}>
      <Icon size={16} aria-label={title} />
    </button>
  );
}
