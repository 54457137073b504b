import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { makeFolder, runReef } from "./testing/run-reef.ts";

it("an import that breaks off says truly how the rest is imported, and `--again` not that it goes on", async () => {
  let batches = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      batches += 1;
      const isFirst = batches % 2 === 1;
      response.writeHead(isFirst ? 201 : 400, { "content-type": "application/json" });
      response.end(JSON.stringify(isFirst ? { items: Array.from({ length: 100 }, () => ({})) } : { code: "http.400" }));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const environment = {
    REEF_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    REEF_TOKEN: "a.b.c",
  };
  const stdin = Array.from({ length: 150 }, (_, index) => JSON.stringify({ content: `entry ${index}` })).join("\n");
  const diary = "dia_01h455vb4pex5vsknk084sn02q";
  const load = (...more: string[]) =>
    runReef(
      { configFolder: makeFolder("reef-cli-"), environment, stdin },
      "entry",
      "import",
      "-",
      "--diary",
      diary,
      ...more,
    );
  const plain = await load();
  assert.match(plain.stderr, /100 of 150 entries are imported; the same command continues/);
  const again = await load("--again");
  assert.match(again.stderr, /first 100 of 150 entries are imported\. Leave them out/);
  assert.equal(batches, 4);
  server.close();
  server.closeAllConnections();
});
