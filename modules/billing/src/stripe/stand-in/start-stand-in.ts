import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "@reef/telemetry";
import { answerApi } from "./api/answer-api.ts";
import { type Deliveries, startDeliveries } from "./deliveries.ts";
import { runDue } from "./due.ts";
import { StripeFault } from "./fault.ts";
import { answerPage } from "./pages/answer-page.ts";
import { readStateFile, writeStateFile } from "./state.ts";
import { createWorld, realNow, type World } from "./world.ts";

const HOST = "127.0.0.1";
const MOST_BYTES = 65_536;
/** How often it looks whether something is due by this machine's clock. */
const TICK_MS = 2_000;

/** A stand-in for Stripe that runs. */
export interface StandIn {
  port: number;
  secretKey: string;
  webhookSecret: string;
  /** For tests: events may be held, delivered in any order, and lost. */
  deliveries: Pick<Deliveries, "hold" | "resume" | "waiting" | "release" | "lose">;
  stop(): Promise<void>;
}

export interface StandInOptions {
  /** Where its state is kept; in memory only, where there is no file. */
  file?: string | undefined;
  /** Where its events are posted. */
  webhookUrl: string;
  logger: Logger;
}

/**
 * Starts what speaks the part of Stripe's API that the reef uses, with its pages and its events, so that plans can be paid for
 * without an account. It listens on this machine only, and nothing of it is real.
 */
export async function startStandIn({ file, webhookUrl, logger }: StandInOptions): Promise<StandIn> {
  const state = readStateFile(file);
  const save = () => writeStateFile(file, state);
  const server = createServer();
  const port = await listen(server, state.port);
  state.port = port;
  const deliveries = startDeliveries({ state, webhookUrl, logger, save });
  const world = createWorld(state, `http://${HOST}:${port}`, deliveries.add);
  const tick = () => {
    const before = state.deliveries.length;
    runDue(world, null, realNow());
    if (state.deliveries.length !== before) save();
  };
  tick();
  save();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(world, request, response)
      .then(() => {
        if (request.method !== "GET") save();
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, "The stand-in for Stripe failed.");
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
  });
  const ticking = setInterval(tick, TICK_MS);
  ticking.unref();
  logger.info({ port }, "A stand-in for Stripe runs: plans can be paid for, and nothing of it is real.");
  return {
    port,
    secretKey: state.secretKey,
    webhookSecret: state.webhookSecret,
    deliveries,
    async stop() {
      clearInterval(ticking);
      deliveries.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      save();
    },
  };
}

/** Listens where it did before, since addresses of its pages are on record; elsewhere if that port is taken. */
async function listen(server: Server, port: number): Promise<number> {
  const attempt = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at, HOST, () => {
        server.off("error", reject);
        resolve();
      });
    });
  await attempt(port).catch(() => attempt(0));
  return (server.address() as AddressInfo).port;
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Under another name somebody else's page would be of the same origin (DNS rebinding).
  const { port } = new URL(world.origin);
  if (request.headers.host !== `${HOST}:${port}` && request.headers.host !== `localhost:${port}`) {
    response.writeHead(421).end();
    return;
  }
  const url = new URL(request.url ?? "/", world.origin);
  const body = await readBody(request);
  const sent = url.pathname.startsWith("/v1/")
    ? answerApi(world, {
        method: request.method ?? "",
        url,
        authorization: request.headers.authorization,
        idempotencyKey: headerOf(request, "idempotency-key"),
        body,
      })
    : answerPage(world, { method: request.method ?? "", url, origin: request.headers.origin, body });
  response.writeHead(sent.status, sent.headers).end(sent.body);
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value.slice(0, 255) : undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new StripeFault(413, { type: "invalid_request_error", message: "Too large." });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
