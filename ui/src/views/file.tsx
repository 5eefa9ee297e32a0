import { Download, FileIcon } from "lucide-react";
import { sizeText } from "../runs/size-text.ts";
import { artifact } from "../server/artifact.ts";
import { defineView } from "./view-kind.ts";

/** A file by its name, type and size, to be downloaded. */
export const file = defineView({
  kind: "file",
  Icon: FileIcon,
  Show: ({ view: { media, ending, bytes, file }, name }) => (
    <div className="file-view">
      <FileIcon size={20} aria-hidden />
      <span>
        <strong>
          {name}
          {ending}
        </strong>
        <small>
          {sizeText(bytes)}, {media}
        </small>
      </span>
      <a className="icon-button small" data-nodrag title="Download" href={artifact(file)} download={name + ending}>
        <Download size={14} aria-label={`Download ${name}${ending}`} />
      </a>
    </div>
  ),
});
