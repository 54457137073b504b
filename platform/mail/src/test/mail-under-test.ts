import { loadConfig } from "@reef/config";
import type { DatabaseHandle } from "@reef/db";
import { collectLogs, until } from "@reef/testing";
import { createWorkflows, type Workflows } from "@reef/workflows";
import { sql } from "kysely";
import { mailConfig } from "../config.ts";
import { createMail, type MailParts } from "../create-mail.ts";

export const MASTER_SECRET = "a master secret of the tests, long enough";

/** What a mail says that nobody but its reader may see. */
export const LINK = "https://reef.example/verify?token=6f1ed002ab5595859014ebf0951522d9";

export const mailTo = (to: string) => ({
  to,
  subject: "Confirm your address",
  text: `Open this link:\n${LINK}\n`,
  html: `<p><a href="${LINK}">Confirm</a></p>`,
  template: "verification",
});

export interface MailUnderTest extends MailParts {
  workflows: Workflows;
  lines(): Record<string, unknown>[];
  /** Waits until no mail waits or runs. */
  settle(): Promise<void>;
  stopAll(): Promise<void>;
}

/** Mail with workflows that run. */
export async function startMail(
  database: DatabaseHandle,
  environment: Record<string, string>,
  { work = true }: { work?: boolean } = {},
): Promise<MailUnderTest> {
  const { logger, lines } = collectLogs();
  const workflows = createWorkflows({ database, logger });
  const config = loadConfig(mailConfig, environment);
  const mail = createMail({ database, workflows, masterSecret: MASTER_SECRET, config });
  await workflows.start({ work });
  return {
    ...mail,
    workflows,
    lines,
    async settle() {
      await until(async () => (await workflows.countPending("mail.send")) === 0);
    },
    async stopAll() {
      await workflows.stop(0);
      mail.stop();
    },
  };
}

/** Waits until a mail waits for its next attempt, and brings that forward to now; as the last one where it is told so. */
export async function hurry(database: DatabaseHandle, { last = false } = {}): Promise<void> {
  await until(async () => {
    const { rows } = await sql`
      update workflows.job set start_after = now(), retry_count = case when ${last} then retry_limit - 1 else retry_count end
      where name = 'mail.send' and state = 'retry' returning id`.execute(database.kysely);
    return rows.length > 0;
  });
}
