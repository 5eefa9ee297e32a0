/** SQLite's number for a full disk, SQLITE_FULL. */
const sqliteFull = 13;

/** Whether something failed because there is no room on the disk, or no more for this user. */
export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = (error ?? {}) as { readonly code?: unknown; readonly errcode?: unknown };
  return code === "ENOSPC" || code === "EDQUOT" || errcode === sqliteFull;
}
