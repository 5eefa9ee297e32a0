import type { Param } from "@clipwork/engine";
import { Brush, FileUp, ImageUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { assetHash } from "../document/environment.ts";
import { usePage } from "../editor/use-editor.ts";
import { artifact } from "../server/artifact.ts";
import type { InputProps } from "./input-props.ts";

const pictures = {
  accept: "image/png,image/jpeg,image/webp,image/gif,image/tiff",
  one: "a picture",
  another: "another",
  Icon: ImageUp,
} as const;
const arrays = { accept: ".npy", one: "an array (.npy)", another: "another array", Icon: FileUp } as const;

type FileProps = InputProps<Extract<Param, { readonly kind: "file" }>>;

/** A folder is a path, which only the command line reads; anything else is a picture or an array. */
export function FileInput(props: FileProps) {
  const { id, param, value, invalid, describedBy, onChange } = props;
  if (!param.folder) return <UploadInput {...props} />;
  return (
    <input
      id={id}
      className="input"
      type="text"
      aria-describedby={describedBy}
      aria-invalid={invalid}
      value={typeof value === "string" ? value : ""}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** A picture or an array: dropped, pasted or chosen. It is uploaded at once; the document names it by its content. What is painted is painted here too. */
function UploadInput({ id, param, value, ends, describedBy, onChange }: FileProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const { files, screen } = usePage();
  const hash = assetHash(value);
  const { accept, one, another, Icon } = param.array ? arrays : pictures;
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
    <>
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
        {hash && !param.array ? <img src={artifact(hash)} alt="The chosen file" /> : <Icon size={20} aria-hidden />}
        <span>{busy ? "Uploading…" : `Drop, paste or choose ${hash ? another : one}`}</span>
        <input
          ref={chooser}
          type="file"
          accept={accept}
          hidden
          onChange={({ target }) => void take(target.files?.[0])}
          onClick={(event) => event.stopPropagation()}
        />
      </button>
      {param.paint && (
        <button type="button" className="button" onClick={() => screen.show({ paint: { ends } })}>
          <Brush size={14} aria-hidden />
          {hash ? "Paint on" : "Paint"}
        </button>
      )}
    </>
  );
}
