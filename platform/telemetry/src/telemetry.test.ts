import assert from "node:assert/strict";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { createLogger, type Logger } from "./logger.ts";
import { traceHeaders, withRemoteParent } from "./propagation.ts";
import { createTelemetry } from "./telemetry.ts";

function collect(use: (logger: Logger) => void): { text: string; lines: Record<string, unknown>[] } {
  const written: string[] = [];
  use(createLogger({ level: "trace", destination: { write: (line) => written.push(line) } }));
  return { text: written.join(""), lines: written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const SECRET = "s3cr3t-value-that-must-not-leak";
const VOUCHER = "0123456789abcdef".repeat(4);

describe("the logger", () => {
  it("hides the value of every key that names a secret, at any depth", () => {
    const names = [
      "authorization",
      "Cookie",
      "set-cookie",
      "client_secret",
      "accessToken",
      "refresh_token",
      "password",
    ];
    const keys = [...names, "privateKey", "apiKey", "voucherCode", "client_assertion"];
    const { text: written, lines } = collect((logger) => {
      for (const key of keys) logger.info({ request: { list: [{ [key]: SECRET }] } }, "one");
      for (const key of keys) logger.child({ [key]: SECRET }).info("two");
      for (const key of keys) logger.info({ err: Object.assign(new Error("three"), { [key]: SECRET }) });
    });
    assert.equal(lines.length, keys.length * 3);
    assert.ok(!written.includes(SECRET), written);
  });

  it("hides what looks like a secret in any text: bearer tokens, 256-bit codes, JWTs, keys to models and to Stripe, passwords of URLs", () => {
    const jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZ3RfMSJ9.c2lnbmF0dXJl";
    const gatewayKey = "rk_5uTzM-3kQ0b_xhWcq1yVYl9oPjAe7d2RfNs8GtKwLmE";
    const providerKey = "sk-ant-api03-5uTzM-3kQ0b_xhWcq1yVYl9oPjAe7d2";
    // Put together here, since whoever scans a repository for secrets takes them for some.
    const stripeKeys = ["live", "test"].map((mode) => `sk_${mode}_51HxQ7aBcDeFgHiJkLmN`);
    const webhookKey = `whsec_${"5uTzM3kQ0bxhWcq1"}`;
    const { text: written } = collect((logger) => {
      logger.info({ stripe: stripeKeys }, `no signature fits ${webhookKey}`);
      logger.info({ keys: [gatewayKey], said: `${providerKey} is wrong` }, `x-api-key ${gatewayKey}`);
      logger.error(new Error(`401: ${providerKey}`, { cause: gatewayKey }));
      logger.info(`Authorization: Bearer ${SECRET}`);
      logger.info({ note: `code ${VOUCHER}` }, `code ${VOUCHER}`);
      logger.error(new Error(`cannot reach postgres://reef:${SECRET}@db/reef with ${jwt}`));
      logger.info("used %s", VOUCHER);
    });
    for (const secret of [SECRET, VOUCHER, jwt, gatewayKey, providerKey, webhookKey, ...stripeKeys])
      assert.ok(!written.includes(secret), written);
  });

  it("keeps signatures, counts of tokens and token types", () => {
    const { lines } = collect((logger) => logger.info({ signature: "c2ln", maxTokens: 5, tokenType: "DPoP" }));
    assert.deepEqual(
      { ...lines[0], time: "" },
      { level: "info", time: "", signature: "c2ln", maxTokens: 5, tokenType: "DPoP" },
    );
  });

  it("keeps the stack and the causes of an error", () => {
    const { lines } = collect((logger) =>
      logger.error({ err: new Error("outer", { cause: new Error("inner") }) }, "failed"),
    );
    const err = lines[0]?.err as { stack: string; cause: { message: string } };
    assert.match(err.stack, /telemetry\.test\.ts/);
    assert.equal(err.cause.message, "inner");
  });

  it("survives a value that contains itself, and one that is huge", () => {
    const circle: Record<string, unknown> = {
      text: "x".repeat(1_000_000),
      list: Array.from({ length: 10_000 }, () => 1),
    };
    circle.self = circle;
    const { text: written } = collect((logger) => logger.info({ circle }));
    assert.ok(written.length < 100_000);
  });
});

describe("telemetry", () => {
  const quiet = { serviceName: "reef", version: "1.2.3", logLevel: "silent" } as const;

  it("gives its metrics and those of the process as Prometheus text", async () => {
    const telemetry = createTelemetry(quiet);
    telemetry.meter.createCounter("reef_requests").add(3, { route: "/x" });
    const metrics = await telemetry.prometheusText();
    assert.match(metrics, /reef_requests_total\{[^}]*route="\/x"[^}]*\} 3/);
    for (const name of ["nodejs_eventloop_delay_p99_seconds", "nodejs_heap_used_bytes", "process_uptime_seconds"]) {
      assert.match(metrics, new RegExp(`^${name}`, "m"));
    }
    await telemetry.shutdown();
  });

  it("records no span when no collector is named", async () => {
    const telemetry = createTelemetry(quiet);
    telemetry.tracer.startActiveSpan("work", (span) => {
      assert.equal(span.isRecording(), false);
      assert.deepEqual(traceHeaders(), {});
      span.end();
    });
    await telemetry.shutdown();
  });

  it("continues the caller's trace, marks log lines with it, and sends its spans to the collector", async () => {
    const bodies: string[] = [];
    const collector = createServer(async (request, response) => {
      bodies.push(`${request.url} ${await text(request)}`);
      response.end("{}");
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const { port } = collector.address() as { port: number };
    const lines: string[] = [];
    const telemetry = createTelemetry({
      ...quiet,
      logLevel: "info",
      logDestination: { write: (line) => lines.push(line) },
      otlpEndpoint: `http://127.0.0.1:${port}`,
    });
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    withRemoteParent({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }, () =>
      telemetry.tracer.startActiveSpan("answer", (span) => {
        telemetry.logger.info("inside");
        assert.match(traceHeaders().traceparent ?? "", new RegExp(`^00-${traceId}-${span.spanContext().spanId}-01$`));
        span.end();
      }),
    );
    await telemetry.shutdown();
    collector.close();
    assert.equal(JSON.parse(lines[0] ?? "{}").trace_id, traceId);
    assert.equal(bodies.length, 1);
    assert.match(bodies[0] ?? "", /^\/v1\/traces .*"answer"/s);
  });
});
