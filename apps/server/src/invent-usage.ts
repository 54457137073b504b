import { parseArgs } from "node:util";
import { type Id, toUuid } from "@reef/crypto";
import { StartupError } from "@reef/db";
import { seedUsage, UsageNotInvented, type UsageScenario, usageScenarios } from "@reef/gateway/demo";
import { createLogger } from "@reef/telemetry";
import { openReefDatabase } from "./open-platform.ts";
import { loadSettings } from "./settings.ts";

const USE = `npm run invent-usage -- --organization org_… [--scenario ${Object.keys(usageScenarios).join("|")}]`;

const isScenario = (text: string): text is UsageScenario => Object.hasOwn(usageScenarios, text);

/**
 * `npm run invent-usage`: weeks of calls that nobody made, for pages that are looked at. No interface can make a call in the
 * past, so this writes to the database itself. The embedded database is open to one process: stop the reef before. A reef
 * that others reach is refused, as is an organization that has calls of its own.
 *
 * @returns what it did, in a sentence.
 * @throws StartupError which says what to do.
 */
export async function inventUsage(commandArguments: readonly string[]): Promise<string> {
  const settings = loadSettings();
  if (!isLocal(settings.REEF_PUBLIC_URL)) {
    throw new StartupError("Usage is money: none is invented for a reef with an address in public (REEF_PUBLIC_URL).");
  }
  const { organization, scenario } = readArguments(commandArguments);
  const logger = createLogger({ level: "warn", destination: "stderr" });
  const database = await openReefDatabase(settings, logger);
  try {
    const calls = await seedUsage(database.kysely, { organizationId: organization, scenario, now: Date.now() });
    return `Invented ${calls} calls. They look like any others: see them in the console, under Models, Usage.`;
  } catch (error) {
    throw error instanceof UsageNotInvented ? new StartupError(error.message) : error;
  } finally {
    await database.close();
  }
}

const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const isLocal = (publicUrl: string | undefined): boolean =>
  publicUrl === undefined || LOCAL.test(new URL(publicUrl).hostname);

function readArguments(args: readonly string[]): { organization: Id<"org">; scenario: UsageScenario } {
  const { values } = parseArgs({
    args: [...args],
    options: { organization: { type: "string" }, scenario: { type: "string", default: "full" } },
    strict: false,
  });
  const { organization, scenario } = values;
  if (typeof scenario !== "string" || !isScenario(scenario) || !isOrganizationId(organization)) {
    throw new StartupError(`Say for whom, and how much: ${USE}. \`reef organizations --json\` shows ids.`);
  }
  return { organization, scenario };
}

function isOrganizationId(value: unknown): value is Id<"org"> {
  if (typeof value !== "string" || !value.startsWith("org_")) return false;
  try {
    return toUuid(value as Id<"org">) !== "";
  } catch {
    return false;
  }
}
