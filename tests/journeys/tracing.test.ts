import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { findFreePort, startReefProcess } from "../support/reef-process.ts";

const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

interface Export {
  resourceSpans: { scopeSpans: { spans: { traceId: string; name: string }[] }[] }[];
}

describe("traces", () => {
  it("a request becomes a span of its caller's trace at the collector", async () => {
    const port = await findFreePort();
    const exports: Export[] = [];
    const collector = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      exports.push(JSON.parse(text) as Export);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    }).listen(port, "127.0.0.1");
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const reef = await startReefProcess({ environment });
    await fetch(`${reef.url}/api/health`, { headers: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` } });
    await reef.stop();
    collector.close();
    const spans = exports.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    );
    assert.deepEqual(
      spans.filter(({ traceId }) => traceId === TRACE_ID).map(({ name }) => name),
      ["system.health"],
    );
  });
});
