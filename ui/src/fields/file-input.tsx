import { ImageUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { assetHash } from "../document/environment.ts";
import { useEditor } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import type { InputProps } from "./input-props.ts";

/** A picture: dropped, pasted or chosen. It is uploaded at once; the document names it by its content. */
export function FileInput({ id, value, describedBy, onChange }: InputProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const { files } = useEditor();
  const hash = assetHash(value);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const asset = await files.upload(file);
    if (asset !== undefined) onChange(asset);
    setBusy(false);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    event.stopPropagation();
    void take(event.dataTransfer.files[0]);
  };
  return (
    <button
      id={id}
      type="button"
      className="file"
      aria-describedby={describedBy}
      aria-busy={busy}
      onClick={() => chooser.current!.click()}
      onPaste={({ clipboardData }) => void take(clipboardData.files[0])}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {hash ? <img src={artifact(hash)} alt="The chosen file" /> : <ImageUp size={20} aria-hidden />}
      <span>{busy ? "Uploading…" : hash ? "Drop, paste or choose another" : "Drop, paste or choose a picture"}</span>
      <input
        ref={chooser}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif,image/tiff"
        hidden
        onChange={({ target }) => void take(target.files?.[0])}
        onClick={(event) => event.stopPropagation()}
      />
    </button>
  );
}
