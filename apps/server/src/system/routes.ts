import { constantTimeEqual } from "@reef/crypto";
import { type DatabaseHandle, listPendingMigrations, type Migrations } from "@reef/db";
import { answerProblem, clientAddress, type HttpApp, httpErrors, implement, type MountedRoute } from "@reef/http";
import { type Mailbox, mailErrors } from "@reef/mail";
import type { Supervisor } from "@reef/supervision";
import type { Telemetry } from "@reef/telemetry";
import type { Workflows } from "@reef/workflows";
import { systemContract } from "./contract.ts";
import type { DeadLetters } from "./dead-letters.ts";

export interface SystemDependencies {
  database: DatabaseHandle;
  migrations: Migrations;
  supervisor: Supervisor;
  version: string;
  deadLetters: DeadLetters;
  /** Undefined where mail is sent. */
  mailbox: Mailbox | undefined;
}

/** Answers for the reef itself. */
export function createSystemRoutes(dependencies: SystemDependencies): MountedRoute[] {
  const { database, migrations, supervisor, version, deadLetters } = dependencies;
  const mailbox = (): Mailbox => {
    if (dependencies.mailbox === undefined) throw mailErrors.no_mailbox();
    return dependencies.mailbox;
  };
  return implement(systemContract, {
    health: async () => ({ status: "ok" as const, version, time: new Date().toISOString() }),
    async ready() {
      const pending = await listPendingMigrations(database.kysely, migrations);
      if (pending.length > 0)
        throw httpErrors.unavailable({ detail: `${pending.length} migrations are missing; run npm run migrate.` });
      const loops = supervisor.liveness();
      const stuck = loops.filter((loop) => loop.stalled || loop.state === "restarting").map((loop) => loop.name);
      if (stuck.length > 0)
        throw httpErrors.unavailable({ detail: `These loops make no progress: ${stuck.join(", ")}.` });
      return { status: "ready" as const, database: database.kind, loops: loops.length };
    },
    liveness: async () => ({ items: supervisor.liveness() }),
    listDeadLetters: ({ db }, { query }) => deadLetters.list(db, query),
    retryDeadLetter: ({ db }, { params }) => deadLetters.retry(db, params.jobId),
    deleteDeadLetter: ({ db }, { params }) => deadLetters.delete(db, params.jobId),
    listMails: ({ db }, { query }) => mailbox().listMails(db, query),
    getMail: ({ db }, { params }) => mailbox().getMail(db, params.mailId),
  });
}

/** Shows how much work waits in the background, by workflow. */
export function observeWorkflows({ meter }: Telemetry, workflows: Workflows): void {
  const gauge = meter.createObservableGauge("reef.workflows.pending", { description: "Jobs that wait or run" });
  gauge.addCallback(async (result) => {
    for (const workflow of workflows.names()) result.observe(await workflows.countPending(workflow), { workflow });
  });
}

/** What a proxy adds. One that adds nothing looks like a client of this machine: then set REEF_METRICS_TOKEN. */
const PROXY_HEADERS = ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via"];
const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/**
 * Prometheus's `/metrics`: for a scraper with the token, or, where no token is set, for a client on this machine that no
 * proxy stands before.
 */
export function addMetrics(
  app: HttpApp,
  telemetry: Telemetry,
  options: { token: string | undefined; publicUrl: string },
): void {
  app.get("/metrics", async (context) => {
    const { incoming } = context.env;
    const given = context.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
    const allowed =
      options.token === undefined
        ? LOOPBACK.has(clientAddress(incoming, 0)) &&
          PROXY_HEADERS.every((name) => incoming.headers[name] === undefined)
        : constantTimeEqual(given, options.token);
    if (!allowed) return answerProblem(context, httpErrors.not_found(), options);
    return context.body(await telemetry.prometheusText(), 200, {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
    });
  });
}
