import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { describeGatewayOnEachDatabase } from "../test/composed-gateway.ts";
import type { ModelProvider } from "../test/model-provider.ts";

const MEBIBYTE = 1_048_576;
/** What the upstream would send, if it were read as fast as it writes. */
const WHOLE_BYTES = 256 * MEBIBYTE;
/** What may be on its way: in the buffers of two connections, which the system lets grow to some megabytes each. */
const MOST_ON_ITS_WAY = 48 * MEBIBYTE;
/** Longer than a busy machine leaves this process, in which the upstream runs too, without a turn. */
const STALL_SECONDS = 3;
const BODY = { model: "small", stream: true, max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };
const PIECE = "The reef keeps what the tide brings. ".repeat(200);
const CHUNK = { id: "1", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: PIECE } }] };

describeGatewayOnEachDatabase(
  "slow readers",
  ({ gateway }) => {
    const servers: { close(): void; closeAllConnections(): void }[] = [];
    after(() => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    });

    /** An upstream that streams as fast as it is read. `event` is what it sends again and again, and then the ending. */
    async function startTorrent(event: string, { wholeBytes = WHOLE_BYTES, ending = "" } = {}) {
      const torrent = { written: 0, url: "", hasLeft: false };
      const server = createServer((request, response) => {
        request.resume();
        response.on("error", () => {});
        response.once("close", () => {
          torrent.hasLeft = true;
        });
        response.writeHead(200, { "content-type": "text/event-stream" });
        const go = () => {
          while (torrent.written < wholeBytes && !response.destroyed) {
            torrent.written += event.length;
            if (!response.write(event)) return void response.once("drain", go);
          }
          response.end(ending);
        };
        go();
      });
      servers.push(server);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      torrent.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return torrent;
    }

    async function setUp(event: string, options = {}) {
      const torrent = await startTorrent(event, options);
      const tenant = gateway().newOrganization();
      await tenant.addProvider({ url: torrent.url } as ModelProvider);
      return { torrent, tenant, key: await tenant.addKey() };
    }

    /** Sends a request, and reads nothing of its answer. */
    function askAndWait(path: string, secret: string) {
      const body = JSON.stringify(BODY);
      const { hostname, port } = new URL(gateway().url);
      const socket = connect(Number(port), hostname);
      socket.pause();
      const head = [
        `POST ${path} HTTP/1.1`,
        "host: reef",
        `authorization: Bearer ${secret}`,
        "content-type: application/json",
      ];
      socket.write(`${head.join("\r\n")}\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      return socket;
    }

    for (const path of ["/v1/chat/completions", "/v1/messages"]) {
      it(`OC14: a client that does not read holds up its upstream, and little is kept for it: ${path}`, async () => {
        const { torrent, tenant, key } = await setUp(`data: ${JSON.stringify(CHUNK)}\n\n`);
        const socket = askAndWait(path, key.secret);
        for (let before = -1; before !== torrent.written || torrent.written === 0; ) {
          before = torrent.written;
          await sleep(500);
        }
        assert.ok(torrent.written < MOST_ON_ITS_WAY, `${torrent.written / MEBIBYTE} MiB were taken`);
        assert.equal(torrent.hasLeft, false);
        // It goes on where the client reads again.
        const stoodAt = torrent.written;
        let read = 0;
        socket.on("data", ({ length }) => {
          read += length;
          if (read > stoodAt + MOST_ON_ITS_WAY) socket.destroy();
        });
        socket.resume();
        await once(socket, "close");
        assert.ok(torrent.written > stoodAt);
        const [event] = await tenant.events(1);
        assert.equal(event?.outcome, "abandoned");
        assert.ok(Number(event?.outputTokens) > 0);
      });

      it(`OC14: a client that rests for longer than an upstream may be silent gets all that there is: ${path}`, async () => {
        const usage = { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 };
        const stop = { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage };
        const ending = `data: ${JSON.stringify(stop)}\n\ndata: [DONE]\n\n`;
        const event = `data: ${JSON.stringify(CHUNK)}\n\n`;
        const { torrent, tenant, key } = await setUp(event, { wholeBytes: 64 * MEBIBYTE, ending });
        const answer = await key.post(path, BODY);
        await sleep(2 * STALL_SECONDS * 1_000);
        assert.ok(torrent.written < 64 * MEBIBYTE, "the upstream was not held up");
        const text = await answer.text();
        assert.equal(text.split(PIECE).length - 1, torrent.written / event.length);
        assert.ok(text.trimEnd().endsWith(path === "/v1/messages" ? '{"type":"message_stop"}' : "data: [DONE]"));
        const [told] = await tenant.events(1);
        assert.deepEqual([told?.outcome, told?.inputTokens, told?.outputTokens], ["completed", 7, 9]);
      });

      it(`OC14: an event without end is broken off, and not gathered for ever: ${path}`, async () => {
        const { torrent, tenant, key } = await setUp(`data: ${"x".repeat(65_536)}`);
        const answer = await key.post(path, BODY);
        assert.equal(answer.status, 200);
        assert.match(await answer.text(), /error/);
        assert.ok(torrent.written < MOST_ON_ITS_WAY, `${torrent.written / MEBIBYTE} MiB were taken`);
        assert.equal((await tenant.events(1))[0]?.outcome, "cut");
      });
    }
  },
  { config: { REEF_GATEWAY_STALL_SECONDS: STALL_SECONDS } },
);
