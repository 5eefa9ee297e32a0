let basePath = "";

/** Says below which path the server's addresses lie, "" for its root; once, before anything is asked of it. */
export function serveFrom(path: string): void {
  basePath = path;
}

/** The address of something that the server has at a path. */
export function at(path: string): string {
  return basePath + path;
}
