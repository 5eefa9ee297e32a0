import { type TableData, tableRows, writeCsv } from "@clipwork/engine";
import type { ServerClient } from "../client/server-client.ts";
import type { RunOutput } from "../wire/wire.ts";
import { asJson, asText, type Content } from "./tool.ts";

/** The largest picture that an agent is sent as it is, in bytes; of a larger one it gets the thumbnail. */
const maxPicture = 2 ** 20;
/** The largest table, chart or map that is read for it, in bytes. */
const maxArtifact = 16 * 2 ** 20;

/** What an output is, in a few words. */
export function aboutOutput({ node, item, name, kind, width, height, files }: RunOutput): object {
  const size = width === undefined ? {} : { width, height };
  return {
    node,
    item,
    name,
    kind,
    ...size,
    files: files.map(({ ending, media, bytes }) => ({ ending, media, bytes })),
  };
}

/** An output as an agent can take it in: a picture as an image, a table as CSV from row `from` on, anything else as text. */
export async function readOutput(
  client: ServerClient,
  output: RunOutput,
  { from, rows, signal }: { readonly from: number; readonly rows: number; readonly signal: AbortSignal },
): Promise<readonly Content[]> {
  const artifact = (hash: string, max: number) => client.bytes(`/artifacts/${hash}`, max, signal);
  const json = async (hash: string): Promise<unknown> =>
    JSON.parse(Buffer.from(await artifact(hash, maxArtifact)).toString());
  const { view, picture, thumbnail, files } = output;
  if (picture !== undefined) {
    const png = files.find(({ hash }) => hash === picture);
    const isSmall = (png?.bytes ?? Number.POSITIVE_INFINITY) <= maxPicture;
    if (isSmall || thumbnail === undefined) return [image(await artifact(picture, maxPicture), "image/png")];
    return [
      image(await artifact(thumbnail, maxPicture), "image/webp"),
      asText(`A thumbnail: the picture has ${png?.bytes} bytes.`),
    ];
  }
  switch (view.kind) {
    case "picture":
      return [image(await artifact(view.picture, maxPicture), "image/webp")];
    case "table": {
      const [names = [], ...all] = tableRows((await json(view.table)) as TableData);
      const shown = all.slice(from, from + rows);
      const csv = writeCsv([names, ...shown]);
      return [asText(`Rows ${from} to ${from + shown.length} of ${all.length}:\n${csv}`)];
    }
    case "plot":
      return [asText(view.title), asJson(await json(view.chart))];
    case "map":
      return [asJson({ axes: view.axes, ...((await json(view.map)) as object) })];
    case "text":
    case "data":
      return [asText(view.text)];
    default:
      return [asJson(view)];
  }
}

function image(bytes: Uint8Array, mimeType: string): Content {
  return { type: "image", data: Buffer.from(bytes).toString("base64"), mimeType };
}
