import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { type Contract, type Route, scopes } from "./contract.ts";

const problemSchema = z
  .object({
    type: z.url(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    retryAfterSeconds: z.int().optional(),
    currentVersion: z.int().optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details; `type` is a page that explains the `code`." });

/** The OpenAPI 3.1 document of all contracts. */
export function createOpenApiDocument(contracts: readonly Contract[], about: { publicUrl: string; version: string }) {
  const paths: ZodOpenApiPathsObject = {};
  for (const { module, routes } of contracts) {
    for (const [verb, route] of Object.entries(routes)) {
      paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(module, verb, route) };
    }
  }
  return createDocument({
    openapi: "3.1.0",
    info: { title: "Reef", version: about.version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: about.publicUrl }],
    tags: contracts.map(({ module, title }) => ({ name: module, description: title })),
    paths,
    components: {
      securitySchemes: {
        oauth2: {
          type: "oauth2",
          flows: { clientCredentials: { tokenUrl: `${about.publicUrl}/oauth2/token`, scopes } },
        },
      },
    },
  });
}

function operation(module: string, verb: string, route: Route): ZodOpenApiOperationObject {
  const header = {
    ...(route.idempotent && {
      "Idempotency-Key": z.string().optional().describe("Repeats within 24 hours get the first answer"),
    }),
    ...(route.versioned &&
      route.method !== "GET" && {
        "If-Match": z.string().optional().describe("The ETag that the change is based on; else 412"),
      }),
  };
  return {
    operationId: `${module}.${verb}`,
    tags: [module],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: securityOf(route),
    requestParams: {
      ...(route.params && { path: route.params }),
      ...(route.query && { query: route.query }),
      ...(Object.keys(header).length > 0 && { header: z.object(header) }),
    },
    ...(route.body && { requestBody: { required: true, content: { "application/json": { schema: route.body } } } }),
    responses: {
      [`${route.status}`]: {
        description: route.summary,
        ...(route.response && { content: { "application/json": { schema: route.response } } }),
        ...(route.stream && {
          description: `${route.summary}. Each event named \`${route.stream.event}\` carries this as JSON; one named \`end\` tells why the stream ends.`,
          content: { "text/event-stream": { schema: route.stream.data } },
        }),
      },
      default: {
        description: route.errors.length > 0 ? `A problem, among others: ${route.errors.join(", ")}` : "A problem",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  };
}

function securityOf({ access }: Route): Record<string, string[]>[] {
  if (access === "public") return [];
  return typeof access === "string" ? [{ oauth2: [access] }] : [{}, { oauth2: [access.anonymousOr] }];
}
