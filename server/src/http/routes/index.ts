import type { Route } from "../route.ts";
import { artifactRoutes } from "./artifacts.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { runRoutes } from "./runs.ts";
import { serverRoutes } from "./server.ts";
import { uploadRoutes } from "./uploads.ts";
import { workflowRoutes } from "./workflows.ts";

/** All of /api/v1. */
export const routes: readonly Route[] = [
  ...catalogueRoutes,
  ...workflowRoutes,
  ...runRoutes,
  ...uploadRoutes,
  ...artifactRoutes,
  ...serverRoutes,
];
