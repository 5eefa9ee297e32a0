import type { MapContent } from "@clipwork/server/wire";
import { useEffect, useState } from "react";
import { artifact } from "../server/artifact.ts";
import { loadSprites } from "./load-sprites.ts";
import type { Sprites } from "./map-draw.ts";
import { useArtifact } from "./use-artifact.ts";
import type { ViewOf } from "./view-kind.ts";

/** What a map is drawn from, as far as it is here, and why not. */
export type LoadedMap = {
  readonly content: MapContent | undefined;
  readonly sprites: Sprites | undefined;
  readonly problem: string | undefined;
};

/** Fetches a map's points and its pictures. Points are drawn as dots until the pictures are here. */
export function useMap({ map, sheet }: ViewOf<"map">): LoadedMap {
  const { content, problem } = useArtifact<MapContent>(map);
  const [sprites, setSprites] = useState<Sprites>();
  const [missing, setMissing] = useState<string>();
  const { picture, side, columns } = sheet ?? {};
  useEffect(() => {
    if (picture === undefined || side === undefined || columns === undefined) return;
    let gone = false;
    loadSprites(artifact(picture), side, columns).then(
      (loaded) => gone || setSprites(loaded),
      (error: Error) => gone || setMissing(`The map's pictures could not be loaded: ${error.message}.`),
    );
    return () => {
      gone = true;
    };
  }, [picture, side, columns]);
  return { content, sprites: sheet && sprites, problem: problem ?? missing };
}
