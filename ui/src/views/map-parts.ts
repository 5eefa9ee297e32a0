export { MapExplorer } from "./map-explorer.tsx";
export { SmallMap } from "./small-map.tsx";
