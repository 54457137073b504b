import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { type Contract, type People, type Route, scopes } from "./contract.ts";

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
          description: "An agent, by the access token that it gets with its own credentials",
          flows: { clientCredentials: { tokenUrl: `${about.publicUrl}/oauth2/token`, scopes } },
        },
        session: {
          type: "apiKey",
          in: "cookie",
          // Where cookies are sent over TLS alone, their name says so.
          name: `${about.publicUrl.startsWith("https:") ? "__Secure-" : ""}reef.session_token`,
          description: "A person who is signed in to the console. A change must come from one of its own pages.",
        },
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "A person, by an API key or the token of a session, for scripts",
        },
      },
    },
  });
}

const organizationHeader = z
  .string()
  .optional()
  .describe(
    "For people: the organization that this is about, by slug or id. Needed by those who are in several, unless the host names it",
  );

function operation(module: string, verb: string, route: Route): ZodOpenApiOperationObject {
  const { people } = route;
  const header = {
    ...(people !== undefined && people !== "operator" && { "X-Reef-Organization": organizationHeader }),
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
    ...describe(route),
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

/** In words which people {@link securityOf} names in the form of OpenAPI, which has no place for it. */
export const peopleInWords: Readonly<Record<People, string>> = {
  account: "whoever is signed in",
  operator: "those who operate the reef",
  owner: "the organization's owners",
  admin: "the organization's owners and admins",
  member: "all of the organization",
};

function describe({ description, people, agents }: Route): { description?: string } {
  const reach = agents === false ? "For people only" : "For people too";
  const whom = people === undefined ? [] : [`${reach}: ${peopleInWords[people]}.`];
  const said = [...(description === undefined ? [] : [description]), ...whom];
  return said.length === 0 ? {} : { description: said.join("\n\n") };
}

/** Who may call it: agents by a scope, people by what they must be, of which OpenAPI says that it is a list of roles. */
function securityOf({ access, people, agents }: Route): Record<string, string[]>[] {
  if (access === "public") return [];
  const scope = typeof access === "string" ? access : access.anonymousOr;
  return [
    ...(typeof access === "string" ? [] : [{}]),
    ...(agents === false ? [] : [{ oauth2: [scope] }]),
    ...(people === undefined ? [] : [{ session: [people] }, { apiKey: [people] }]),
  ];
}
