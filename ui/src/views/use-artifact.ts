import type { Hash } from "@clipwork/server/wire";
import { useEffect, useState } from "react";
import { usePage } from "../editor/use-editor.ts";

/** The JSON of an artifact, or why it is not here; neither while it is fetched. */
export type Artifact<T> = { readonly content?: T; readonly problem?: string };

/** Fetches the JSON of an artifact, whose shape the view that named it has promised. */
export function useArtifact<T>(hash: Hash): Artifact<T> {
  const editor = usePage();
  const [artifact, setArtifact] = useState<Artifact<T> & { readonly of?: Hash }>({});
  useEffect(() => {
    let gone = false;
    const show = (found: Artifact<T>) => gone || setArtifact({ ...found, of: hash });
    editor.artifact(hash).then(
      (content) => show({ content: content as T }),
      (error: Error) => show({ problem: error.message }),
    );
    return () => {
      gone = true;
    };
  }, [editor, hash]);
  return artifact.of === hash ? artifact : {};
}
