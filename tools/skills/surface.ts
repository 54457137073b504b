import { httpErrors } from "@reef/http";
import { contracts } from "@reef/server/contracts";
import { createMcpOffer } from "@reef/server/mcp-offer";
import { createProgram } from "../../apps/cli/src/program.ts";

/** The program's commands, or one of them. */
export type Command = ReturnType<typeof createProgram>;
export type Option = Command["options"][number];

/** What a skill may speak of: all that an agent can use. */
export interface Surface {
  program: Command;
  /** Names of tools and prompts, and addresses of resources. */
  mcpNames: ReadonlySet<string>;
  problemCodes: ReadonlySet<string>;
}

/** What the program and the server of this tree have. */
export function currentSurface(): Surface {
  const { tools, prompts, resources } = createMcpOffer("0");
  const routes = contracts.flatMap((contract) =>
    Object.values(contract.routes as Record<string, { errors: readonly string[] }>),
  );
  return {
    program: createProgram(() => {}),
    mcpNames: new Set([...tools, ...prompts].map(({ name }) => name).concat(resources.map(({ uri }) => uri))),
    problemCodes: new Set([...Object.keys(httpErrors.definitions), ...routes.flatMap(({ errors }) => errors)]),
  };
}
