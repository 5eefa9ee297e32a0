import { Copy, Play, Plus } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { Wanted } from "../editor/places.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { writeItems } from "../map/find-points.ts";
import { drawSprite, type Sprites } from "./map-draw.ts";
import type { Spot } from "./map-surface.ts";
import type { DecodedPlace, DecodedStrip } from "./use-places.ts";

type Props = {
  readonly spot: Spot | undefined;
  /** The points nearest to the spot. */
  readonly near: readonly number[];
  readonly nameOf: (item: number) => string;
  readonly sprites: Sprites | undefined;
  readonly selected: readonly number[];
  readonly places: readonly (DecodedPlace & { readonly near: readonly number[] })[];
  readonly strips: readonly DecodedStrip[];
  readonly problem: string | undefined;
  /** Present while the document has no nodes that could decode what was asked for. */
  readonly onAdd: (() => void) | undefined;
  onDecode(wanted: Wanted): void;
  onClear(): void;
};

/** What is under the pointer, what was decoded and what was selected, in words and pictures. */
export function MapReadout(props: Props) {
  const { spot, near, nameOf, sprites, selected, places, strips, problem, onAdd, onDecode, onClear } = props;
  const [nearest] = near;
  const { name } = useStore(useEditor().naming, (now) => now);
  return (
    <aside className="map-side" aria-label="What is where">
      {problem !== undefined && <p className="field-problem">{problem}</p>}
      {onAdd && (
        <section className="map-offer">
          <p>The workflow has nothing yet that decodes this part of the map.</p>
          <button type="button" className="button primary" onClick={onAdd}>
            <Plus size={14} aria-hidden />
            Add the nodes
          </button>
        </section>
      )}
      <section>
        <h3>{spot?.item === undefined ? "Nearest" : `Point ${spot.item}`}</h3>
        {sprites && (
          <div className="map-picture">
            {nearest !== undefined && <Sprite sprites={sprites} item={nearest} name={nameOf(nearest)} />}
          </div>
        )}
        {spot ? <Names items={near} nameOf={nameOf} /> : <p className="muted">Point at the map.</p>}
      </section>
      {places.map(({ near, ...place }) => (
        <Decoded key={place.node} part={place} title="place" onDecode={() => onDecode({ at: place.at })}>
          <div className="map-picture">
            {place.pictures[0] !== undefined && <img src={place.pictures[0]} alt="What lies at the place" />}
          </div>
          <p className="muted">
            {name(place.node)} at {place.at.x}, {place.at.y}
          </p>
          <Names items={near} nameOf={nameOf} />
        </Decoded>
      ))}
      {strips.map((strip) => {
        const [from, to] = strip.items;
        return (
          <Decoded key={strip.node} part={strip} title="strip" onDecode={() => onDecode({ from, to })}>
            <div className="map-strip">
              {strip.pictures.map((picture, i) => (
                <img
                  key={`${i.toString()} ${picture}`}
                  src={picture}
                  alt={`${i + 1} of ${strip.pictures.length} between the points`}
                />
              ))}
            </div>
            <Names items={[from, to]} nameOf={nameOf} />
          </Decoded>
        );
      })}
      {selected.length > 0 && <Selected items={selected} nameOf={nameOf} onClear={onClear} />}
    </aside>
  );
}

type DecodedProps = {
  readonly part: Pick<DecodedPlace, "state" | "failure">;
  readonly title: "place" | "strip";
  readonly children: ReactNode;
  onDecode(): void;
};

const titles = {
  place: { decoded: "Decoded", decoding: "Decoding…", waiting: "Not decoded yet" },
  strip: { decoded: "In between", decoding: "Decoding…", waiting: "Not decoded yet" },
} as const;

/** A part of the map that the document decodes. */
function Decoded({ part: { state, failure }, title, children, onDecode }: DecodedProps) {
  return (
    <section data-state={state} data-part={title}>
      <h3>{titles[title][state]}</h3>
      {children}
      {failure !== undefined && <p className="field-problem">{failure}</p>}
      {state === "waiting" && (
        <button type="button" className="button" onClick={onDecode}>
          <Play size={14} aria-hidden />
          Decode
        </button>
      )}
    </section>
  );
}

type NamesProps = { readonly items: readonly number[]; readonly nameOf: (item: number) => string };

function Names({ items, nameOf }: NamesProps) {
  return (
    <ol className="map-names">
      {items.map((item) => (
        <li key={item} title={nameOf(item)}>
          {nameOf(item)}
        </li>
      ))}
    </ol>
  );
}

function Selected({ items, nameOf, onClear }: NamesProps & { onClear(): void }) {
  const editor = useEditor();
  const text = writeItems(items);
  return (
    <section>
      <h3>{items.length === 1 ? "1 point selected" : `${items.length} points selected`}</h3>
      <p className="map-items">{text}</p>
      {items.length === 1 && <Names items={items} nameOf={nameOf} />}
      <div className="map-actions">
        <button type="button" className="button" onClick={() => void editor.copy(text, "The list of numbers")}>
          <Copy size={14} aria-hidden />
          Copy
        </button>
        <button type="button" className="button" onClick={onClear}>
          Clear
        </button>
      </div>
    </section>
  );
}

const side = 176;

/** A point's picture, large. */
function Sprite({ sprites, item, name }: { readonly sprites: Sprites; readonly item: number; readonly name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.imageSmoothingQuality = "high";
    drawSprite(context, sprites, item, { x: side / 2, y: side / 2 }, side);
  }, [sprites, item]);
  return <canvas ref={canvas} width={side} height={side} role="img" aria-label={name} />;
}
