import { type Alias, type Page, type Reef, ReefError } from "@reef/sdk";
import { connect } from "../connection/connect.ts";
import type { Context } from "../context.ts";
import { describeTargets, findTargets, type WrittenTarget } from "../gateway/alias-targets.ts";
import { confirm } from "../terminal/input.ts";
import { writePage } from "../terminal/page.ts";
import { relativeTime } from "../terminal/time.ts";

/** `reef aliases list` */
export async function listAliases(context: Context, options: { limit?: number; cursor?: string }): Promise<void> {
  const { limit, cursor } = options;
  const reef = await connect(context);
  const page: Page<Alias> = await reef.gateway.listAliases({ limit, cursor });
  const slugs = page.items.length === 0 ? new Map<string, string>() : await slugsOf(reef);
  const columns = [
    { heading: "ALIAS", text: (alias: Alias) => alias.name },
    { heading: "LEADS TO", text: ({ targets }: Alias) => describeTargets(targets, slugs), mayCut: true },
    { heading: "CHANGED", text: (alias: Alias) => relativeTime(alias.updatedAt) },
  ];
  writePage(context.output, page, columns, "There is no alias. Create one with `reef aliases set`.");
}

/** What providers are called. Agents may not list them: for those the models' names are all that there is to say. */
async function slugsOf(reef: Reef): Promise<ReadonlyMap<string, string>> {
  try {
    const { items } = await reef.gateway.listProviders({ limit: 100 });
    return new Map(items.map(({ id, slug }) => [id, slug]));
  } catch (error) {
    if (error instanceof ReefError && error.status === 403) return new Map();
    throw error;
  }
}

/** `reef aliases set NAME MODEL…`: creates the alias, or changes where it leads. Stdout gets its name. */
export async function setAlias(
  context: Context,
  _options: object,
  name: string,
  steps: readonly (readonly WrittenTarget[])[],
): Promise<void> {
  const { output } = context;
  const reef = await connect(context);
  const targets = await findTargets(reef, steps);
  const before = await findAlias(reef, name);
  const alias =
    before === undefined
      ? await reef.gateway.createAlias({ name, targets })
      : await reef.gateway.updateAlias({ name, targets }, { ifMatch: before.version });
  output.result(alias, alias.name);
  output.talk(`${before === undefined ? "Created" : "Changed"}: it leads there within a second.`);
}

async function findAlias(reef: Reef, name: string): Promise<Alias | undefined> {
  try {
    return await reef.gateway.getAlias({ name });
  } catch (error) {
    if (error instanceof ReefError && error.status === 404) return undefined;
    throw error;
  }
}

/** `reef aliases delete NAME` */
export async function deleteAlias(context: Context, { yes }: { yes?: boolean }, name: string): Promise<void> {
  const { output, signal } = context;
  const reef = await connect(context);
  await reef.gateway.getAlias({ name });
  await confirm(`Delete the alias ${name}? Who asks for it is told that there is no such model.`, yes, signal);
  await reef.gateway.deleteAlias({ name });
  output.result({ deleted: name }, "");
  output.talk("Deleted.");
}
