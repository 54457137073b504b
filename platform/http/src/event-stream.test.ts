import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, it } from "node:test";
import { createTelemetry } from "@reef/telemetry";
import { z } from "zod";
import { defineContract, streamQuery } from "./contract.ts";
import { createApp } from "./create-app.ts";
import { httpErrors } from "./errors.ts";
import { createEventStreams, type EventStream, type EventStreams, type StreamLimits } from "./event-stream.ts";
import { createIdempotency } from "./idempotency.ts";
import { createLimits } from "./limits.ts";
import { createOpenApiDocument } from "./openapi.ts";
import { implement } from "./routes.ts";
import { type RunningServer, serve } from "./serve.ts";

const tideSchema = z.object({ height: z.number(), note: z.string().optional() }).meta({ id: "Tide" });
type Tide = z.input<typeof tideSchema>;

const tideContract = defineContract({
  module: "tides",
  title: "Tides",
  routes: {
    watch: {
      method: "GET",
      path: "/api/tides/stream",
      summary: "Follow the tide",
      access: "public",
      limit: "stream",
      query: z.object({ ...streamQuery, refuse: z.literal("yes").optional() }),
      status: 200,
      stream: { event: "tide", data: tideSchema },
      errors: [],
    },
    latest: {
      method: "GET",
      path: "/api/tides",
      summary: "Tell the tide",
      access: "public",
      limit: "read",
      status: 200,
      cacheSeconds: 60,
      response: tideSchema,
      errors: [],
    },
  },
});

/** A client that reads a stream as text. */
interface Listener {
  response: IncomingMessage;
  text(): string;
  /** Resolves once the text holds `part`. */
  until(part: string): Promise<void>;
  /** Resolves with all that was sent once the server has ended the stream. */
  ended(): Promise<string>;
  close(): void;
}

describe("a stream of events", () => {
  let server: RunningServer;
  let streams: EventStreams;
  let opened: { stream: EventStream<Tide>; lastEventId: string | undefined }[];
  const listeners: Listener[] = [];

  async function start(limits: Partial<StreamLimits> = {}): Promise<void> {
    opened = [];
    streams = createEventStreams(limits);
    const routes = implement(tideContract, {
      async watch(_call, { query }) {
        if (query.refuse) throw httpErrors.not_found();
        return (stream) => opened.push({ stream, lastEventId: query.lastEventId });
      },
      latest: async () => ({ height: 3 }),
    });
    const app = createApp({
      publicUrl: "http://reef.test",
      routes,
      streams,
      authenticator: { authenticate: () => Promise.reject(new Error("Nobody signs in here.")) },
      allowedOrigins: ["https://console.test"],
      telemetry: createTelemetry({ serviceName: "test", version: "0", logLevel: "silent" }),
      limits: createLimits(100),
      idempotency: createIdempotency("a master secret of thirty-two characters"),
      db: undefined as never,
      trustedProxies: 1,
    });
    server = await serve(app, { host: "127.0.0.1", port: 0, publicUrl: "http://reef.test" });
  }
  afterEach(async () => {
    for (const listener of listeners.splice(0)) listener.close();
    streams.stop();
    await server.stop(1);
  });

  const urlOf = (query = "") => `http://127.0.0.1:${server.port}/api/tides/stream${query}`;

  async function listen(headers: Record<string, string> = {}, query = ""): Promise<Listener> {
    const outgoing = httpRequest(urlOf(query), { headers, agent: false }).end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    let text = "";
    const ended = new Promise<string>((resolve) => response.once("close", () => resolve(text)));
    response.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    response.on("error", () => {});
    const listener: Listener = {
      response,
      text: () => text,
      async until(part) {
        while (!text.includes(part)) await once(response, "data");
      },
      ended: () => ended,
      close: () => outgoing.destroy(),
    };
    listeners.push(listener);
    return listener;
  }

  const latestStream = () => {
    const last = opened.at(-1);
    assert.ok(last);
    return last;
  };

  it("tells how to come back, where it stands, and each event with its id, and no field that the contract does not name", async () => {
    await start();
    const listener = await listen();
    const { stream } = latestStream();
    stream.mark("p0");
    stream.send({ id: "p1", data: { height: 2, secret: "x" } as Tide });
    await listener.until("p1");
    await listener.until("2}\n\n");
    assert.equal(listener.text(), 'retry: 5000\n\nid: p0\n\nid: p1\nevent: tide\ndata: {"height":2}\n\n');
    const { headers } = listener.response;
    assert.equal(headers["content-type"], "text/event-stream");
    assert.equal(headers["cache-control"], "no-store, no-transform");
    assert.equal(headers["x-accel-buffering"], "no");
    assert.equal(headers["content-encoding"], undefined);
    assert.ok(headers["x-request-id"] && headers.ratelimit);
  });

  it("goes on behind the id in the header, or else in the query", async () => {
    await start();
    await listen({}, "?lastEventId=q7");
    assert.equal(latestStream().lastEventId, "q7");
    await listen({ "Last-Event-ID": "h9" }, "?lastEventId=q7");
    assert.equal(latestStream().lastEventId, "h9");
  });

  it("is refused with a problem, like any request", async () => {
    await start();
    const refused = await fetch(urlOf("?refuse=yes"));
    assert.deepEqual([refused.status, refused.headers.get("content-type")], [404, "application/problem+json"]);
    assert.equal((await fetch(urlOf("?sink=1"))).status, 400);
    const head = await fetch(urlOf(), { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-type")], [200, "text/event-stream"]);
    assert.equal(streams.count(), 0);
  });

  it("may be read by the pages of listed origins only", async () => {
    await start();
    const friend = await listen({ Origin: "https://console.test" });
    assert.equal(friend.response.headers["access-control-allow-origin"], "https://console.test");
    const stranger = await listen({ Origin: "https://evil.test" });
    assert.equal(stranger.response.headers["access-control-allow-origin"], undefined);
    assert.equal(stranger.response.headers["content-type"], "text/event-stream");
  });

  it("counts per address, and a place is free again when a client has gone or was refused", async () => {
    await start({ perAddress: 2 });
    const first = await listen();
    await listen();
    const tooMany = await fetch(urlOf());
    assert.equal(tooMany.status, 429);
    assert.ok(Number(tooMany.headers.get("retry-after")) > 0);
    assert.equal(((await tooMany.json()) as { code: string }).code, "http.rate_limited");
    const elsewhere = await listen({ "X-Forwarded-For": "203.0.113.9" });
    assert.equal(elsewhere.response.statusCode, 200);
    const closed = new Promise<void>((resolve) => opened[0]?.stream.onClose(resolve));
    first.close();
    await closed;
    assert.equal((await fetch(urlOf("?refuse=yes"))).status, 404);
    assert.equal((await listen()).response.statusCode, 200);
  });

  it("has a place for so many of all addresses together", async () => {
    await start({ total: 1 });
    await listen();
    const full = await fetch(urlOf(), { headers: { "X-Forwarded-For": "203.0.113.9" } });
    assert.equal(full.status, 503);
    assert.ok(Number(full.headers.get("retry-after")) > 0);
  });

  it("sends a comment now and then, and ends with a reason when its time is up", async () => {
    await start({ heartbeatSeconds: 0.05 });
    await (await listen()).until("\n:\n\n");
    streams.stop();
    await server.stop(1);
    await start({ heartbeatSeconds: 0.05, longestSeconds: 0.2 });
    const listener = await listen();
    const text = await listener.ended();
    assert.ok(text.endsWith('event: end\ndata: {"reason":"time_is_up"}\n\n'), text);
    assert.equal(streams.count(), 0);
  });

  it("ends with a reason when the server stops, which then takes no new ones and need not wait for any", async () => {
    await start();
    const all = await Promise.all([listen(), listen(), listen()]);
    streams.stop();
    await server.stop(60);
    for (const listener of all) assert.match(await listener.ended(), /data: \{"reason":"stopping"\}\n\n$/);
  });

  it("ends a client that takes nothing, however much is sent, and harms no other", async () => {
    await start({ untakenBytes: 200_000 });
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => {});
    socket.write("GET /api/tides/stream HTTP/1.1\r\nHost: reef.test\r\n\r\n");
    socket.pause();
    while (opened.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const slow = latestStream().stream;
    const quick = await listen();
    const other = latestStream().stream;
    let sent = 0;
    while (slow.isOpen) {
      sent += 1;
      slow.send({ id: `s${sent}`, data: { height: sent, note: "x".repeat(10_000) } });
      await new Promise((resolve) => setImmediate(resolve));
      // The system's own buffers take a few megabytes; after those it must not go on for long.
      assert.ok(sent < 5_000, "the server buffers without bound");
    }
    await slow.drained();
    other.send({ id: "q1", data: { height: 1 } });
    await quick.until("q1");
    socket.destroy();
  });

  it("ends a client that takes nothing of what was sent for a whole heartbeat", async () => {
    await start({ heartbeatSeconds: 0.05, untakenBytes: 1_000_000_000 });
    const socket = connect(server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.on("error", () => {});
    socket.write("GET /api/tides/stream HTTP/1.1\r\nHost: reef.test\r\n\r\n");
    socket.pause();
    while (opened.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { stream } = latestStream();
    const closed = new Promise<void>((resolve) => stream.onClose(resolve));
    // More than the system's own buffers take.
    for (let sent = 0; sent < 300; sent += 1) stream.send({ id: "s", data: { height: 1, note: "x".repeat(100_000) } });
    await closed;
    socket.destroy();
  });

  it("stands in the API's description as what it is, and other answers say how long they may be kept", async () => {
    await start();
    const { paths } = createOpenApiDocument([tideContract], { publicUrl: "http://reef.test", version: "1" });
    const content = paths?.["/api/tides/stream"]?.get?.responses?.["200"]?.content;
    assert.deepEqual(Object.keys(content ?? {}), ["text/event-stream"]);
    const latest = await fetch(`http://127.0.0.1:${server.port}/api/tides`);
    assert.equal(latest.headers.get("cache-control"), "public, max-age=60");
  });
});
