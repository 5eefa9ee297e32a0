import { z } from "zod";
import { versions } from "../data-folder/versions.ts";
import { errorReply } from "./replies.ts";
import type { Route } from "./route.ts";

type Json = { readonly [field: string]: unknown };

/** The description of the API in OpenAPI 3.1, made from the very schemas that the routes check with. */
export function describeApi(routes: readonly Route[], basePath: string): Json {
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Record<string, Json>> = {};
  const asJson = (schema: z.ZodType, io: "input" | "output") => {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
    Object.assign(schemas, JSON.parse(relocated($defs)));
    return JSON.parse(relocated(json)) as Json;
  };
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, asJson) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Clipwork",
      version: versions().clipwork,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${basePath}/api/v1` }],
    // Needed only if the server is reached from other machines.
    security: [{}, { token: [] }],
    paths,
    components: { schemas, securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
}

function describeRoute(route: Route, asJson: (schema: z.ZodType, io: "input" | "output") => Json): Json {
  const { method, path, summary, params, query, body, bytes, reply, media, status = 200 } = route;
  const parameters = [...parametersOf(params, "path", asJson), ...parametersOf(query, "query", asJson)];
  const content = body
    ? { "application/json": { schema: asJson(body, "input") } }
    : Object.fromEntries((bytes ?? []).map((type) => [type, {}]));
  const found = media ? { [media]: {} } : reply && { "application/json": { schema: asJson(reply, "output") } };
  const error = {
    description: "Why not.",
    content: { "application/problem+json": { schema: asJson(errorReply, "output") } },
  };
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    tags: [path.split("/")[1]],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body || bytes ? { requestBody: { required: true, content } } : {}),
    responses: {
      [status]: { description: status === 204 ? "Done." : "What was asked for.", ...(found ? { content: found } : {}) },
      default: error,
    },
  };
}

function parametersOf(
  schema: z.ZodType | undefined,
  place: "path" | "query",
  asJson: (schema: z.ZodType, io: "input" | "output") => Json,
): Json[] {
  if (!schema) return [];
  const { properties, required = [] } = asJson(schema, place === "path" ? "output" : "input") as {
    properties: Record<string, Json>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, json]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: json,
  }));
}

/** Shared schemas have another place in OpenAPI than in JSON Schema. */
function relocated(json: unknown): string {
  return JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/');
}
