import { data } from "./data.tsx";
import { embedding } from "./embedding.tsx";
import { file } from "./file.tsx";
import { map } from "./map.tsx";
import { picture } from "./picture.tsx";
import { plot } from "./plot.tsx";
import { table } from "./table.tsx";
import { text } from "./text.tsx";

/** The views that the editor has, one for each kind of view that the server sends. */
export const views = [picture, embedding, text, table, plot, map, file, data];
