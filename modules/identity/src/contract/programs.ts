import { idSchema, pageQuery, pageSchema, type Route, timeSchema } from "@reef/http/contract";
import { z } from "zod";

const programSchema = z
  .object({
    id: idSchema("prg"),
    clientId: z.string().describe("The address of the program's metadata document"),
    clientHost: z.string().describe("The host in it: who the program is"),
    organization: z
      .object({ id: idSchema("org"), name: z.string(), slug: z.string() })
      .describe("The one organization in which it acts"),
    scopes: z.array(z.string()).describe("What it may do"),
    letInAt: timeSchema(),
    lastUsedAt: timeSchema()
      .nullable()
      .describe(
        "When it last got an access token, which in use it does again whenever one expires; null before the first",
      ),
    expiresAt: timeSchema().describe("When it ends by itself"),
  })
  .meta({ id: "Program" });

/** Programs that a person let act for him or her through MCP. */
export const programRoutes = {
  listPrograms: {
    method: "GET",
    path: "/api/account/programs",
    summary: "List the programs that one let in and that have not ended, newest first",
    description: "In all organizations. Each approval of a program's request stands by itself.",
    access: "account:read",
    people: "account",
    agents: false,
    limit: "read",
    query: z.object(pageQuery),
    status: 200,
    response: pageSchema(programSchema),
    errors: ["list.invalid_cursor"],
  },
  endProgram: {
    method: "DELETE",
    path: "/api/account/programs/{programId}",
    summary: "End a program that one let in",
    description:
      "Its refresh token is gone, and its access tokens are refused from the next request on. The answer tells what it was.",
    recordedIn: ({ organization }: Program) => organization.id,
    subjectOf: subjectOfProgram,
    access: "account:manage",
    people: "account",
    agents: false,
    needs: "own",
    limit: "write",
    params: z.object({ programId: idSchema("prg") }),
    status: 200,
    response: programSchema,
    errors: ["identity.program_not_found"],
  },
} as const satisfies Record<string, Route>;

/** What the record of an ended program names; the same whether one was ended or all. */
export function subjectOfProgram({ id, clientId }: Pick<Program, "id" | "clientId">): Record<string, string> {
  return { programId: id, clientId };
}

export type Program = z.output<typeof programSchema>;
