import { Bucket } from "../../bucket/bucket.ts";
import { type ArtifactFiles, artifactFiles } from "../artifact-files.ts";
import { s3Artifacts } from "./s3-artifacts.ts";

/** The artifacts in that folder, in front of those in the store of that address. */
export function sharedArtifacts(folder: string, address: string): ArtifactFiles {
  return s3Artifacts(Bucket.at(address), { files: artifactFiles(folder), folder });
}
