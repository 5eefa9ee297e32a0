import type { Route } from "../route.ts";
import { artifactRoutes } from "./artifacts.ts";
import { catalogueRoutes } from "./catalogue.ts";
import { runRoutes } from "./runs.ts";
import { serverRoutes } from "./server.ts";

/** All of /api/v1. */
export const routes: readonly Route[] = [...catalogueRoutes, ...runRoutes, ...artifactRoutes, ...serverRoutes];
