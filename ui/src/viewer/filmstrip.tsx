import { useEffect, useRef } from "react";
import type { Compared } from "../editor/screen.ts";
import { artifact } from "../server/artifact.ts";
import { SmallView } from "../views/show-view.tsx";
import type { FilmFrame } from "./film.ts";

type Props = {
  readonly film: readonly FilmFrame[];
  readonly selected: FilmFrame | undefined;
  readonly marked: Compared | undefined;
  nameOf(node: string): string;
  words(frame: FilmFrame): string;
  onChoose(frame: FilmFrame): void;
};

/** The pictures of a run in a row, under the nodes that made them, each with its seed and swept values. */
export function Filmstrip({ film, selected, marked, nameOf, words, onChoose }: Props) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {
    if (selected)
      strip.current!.querySelector('[aria-current="true"]')?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }, [selected]);
  const groups = [...Map.groupBy(film, ({ node }) => node)];
  return (
    <nav ref={strip} className="filmstrip" aria-label="Filmstrip">
      {groups.map(([node, frames]) => (
        <section key={node}>
          <h3>{nameOf(node)}</h3>
          <ul>
            {frames.map((frame) => {
              const { item, view, picture } = frame;
              const about = words(frame);
              const alt = `${nameOf(node)}, item ${item + 1}${about && `: ${about}`}`;
              const isMarked = marked?.run === frame.run && marked.node === node && marked.item === item;
              return (
                <li key={item}>
                  <button
                    type="button"
                    title={alt}
                    aria-current={frame === selected}
                    data-marked={isMarked || undefined}
                    onClick={() => onChoose(frame)}
                  >
                    {picture ? (
                      <img src={artifact(picture.thumbnail)} alt={alt} loading="lazy" draggable={false} />
                    ) : (
                      <SmallView view={view} alt={alt} name={alt} node={node} />
                    )}
                  </button>
                  <small>{about || item + 1}</small>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </nav>
  );
}
