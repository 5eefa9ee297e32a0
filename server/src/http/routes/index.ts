import type { Route } from "../route.ts";
import { artifactRoutes } from "./artifacts.ts";
import { backupRoutes } from "./backups.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { modelRoutes } from "./models.ts";
import { reportRoutes } from "./reports.ts";
import { runRoutes } from "./runs.ts";
import { serverRoutes } from "./server.ts";
import { uploadRoutes } from "./uploads.ts";
import { workflowRoutes } from "./workflows.ts";

/** What each route receives; none has more than it uses. */
export type RouteParts = Parameters<typeof catalogueRoutes>[0] &
  Parameters<typeof modelRoutes>[0] &
  Parameters<typeof workflowRoutes>[0] &
  Parameters<typeof runRoutes>[0] &
  Parameters<typeof uploadRoutes>[0] &
  Parameters<typeof artifactRoutes>[0] &
  Parameters<typeof reportRoutes>[0] &
  Parameters<typeof backupRoutes>[0] &
  Parameters<typeof serverRoutes>[0];

/** All of /api/v1. */
export function apiRoutes(parts: RouteParts): readonly Route[] {
  return [
    catalogueRoutes,
    modelRoutes,
    workflowRoutes,
    runRoutes,
    uploadRoutes,
    artifactRoutes,
    reportRoutes,
    backupRoutes,
    serverRoutes,
  ].flatMap((routes) => routes(parts));
}
