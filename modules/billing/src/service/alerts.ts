import type { Id } from "@reef/crypto";
import type { Connection } from "@reef/db";
import type { IdentityApi } from "@reef/identity";
import { createMailWriter, type Mailer } from "@reef/mail";
import type { Logger } from "@reef/telemetry";
import { ZodError } from "zod";
import type { Clock } from "../clock.ts";
import { type Alert, contentOf } from "../mails/contents.ts";
import { insertAlert } from "../store/alerts.ts";

export interface AlertDependencies {
  identity: Pick<IdentityApi, "findOrganization" | "listAdminAddresses">;
  mailer: Mailer;
  logger: Logger;
  publicUrl: string;
  clock: Clock;
}

/** Tells people by mail. */
export interface Alerts {
  /**
   * Tells the organization's owners and admins, once for each kind and `about`, in the caller's transaction: if that is rolled
   * back nobody is told, and it can be told again.
   */
  tell(transaction: Connection, organizationId: Id<"org">, about: string, alert: Alert): Promise<void>;
}

/** Mails in the transaction of what they tell of. */
export function createAlerts({ identity, mailer, logger, publicUrl, clock }: AlertDependencies): Alerts {
  const write = createMailWriter(new URL(publicUrl).host);

  async function tell(transaction: Connection, organizationId: Id<"org">, about: string, alert: Alert): Promise<void> {
    const { kind } = alert;
    const isNew = await insertAlert(transaction, organizationId, { kind, about, now: new Date(clock.now()) });
    if (!isNew) return;
    const organization = await identity.findOrganization(transaction, organizationId);
    if (organization === undefined) return;
    const content = contentOf(alert, { organization: organization.name, publicUrl });
    for (const { email } of await identity.listAdminAddresses(transaction, organizationId)) {
      try {
        await mailer.send(transaction, write(email, content));
      } catch (error) {
        // An address that no mail can go to must hold up neither the others' mails nor the change that they tell of.
        if (!(error instanceof ZodError)) throw error;
        logger.warn({ organizationId, kind }, "A mail was not written, since its address is none.");
      }
    }
  }

  return { tell };
}
