import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { newId } from "@reef/crypto";
import { PermanentFailure } from "@reef/workflows";
import type { SMTPServerOptions } from "smtp-server";
import { mailTo } from "./test/mail-under-test.ts";
import { startResendServer } from "./test/resend-server.ts";
import { startSmtpServer } from "./test/smtp-server.ts";
import { createResendTransport } from "./transports/resend.ts";
import { createSmtpTransport } from "./transports/smtp.ts";
import { DeliveryFailure, type Transport } from "./transports/transport.ts";

const from = { name: "Reef", address: "reef@reef.example" };
const mail = () => ({ ...mailTo("ada@people.example"), id: newId("mai") });

async function smtpServer(context: TestContext, options?: SMTPServerOptions) {
  const server = await startSmtpServer(options);
  context.after(() => server.close());
  return server;
}

function smtpTransport(context: TestContext, url: string): Transport {
  const transport = createSmtpTransport(new URL(url), from);
  context.after(() => transport.close());
  return transport;
}

async function resendServer(context: TestContext) {
  const server = await startResendServer();
  context.after(() => server.close());
  return server;
}

const deliver = (transport: Transport, changes: object = {}, signal = new AbortController().signal) =>
  transport.deliver({ ...mail(), ...changes }, signal);

describe("the SMTP transport", { concurrency: true }, () => {
  it("sends no mail without TLS to another machine, nor to a certificate that nobody vouches for", async (context) => {
    const server = await smtpServer(context, { hideSTARTTLS: false });
    // A name of this machine that does not say so.
    const transport = smtpTransport(context, `smtp://0.0.0.0:${server.port}`);
    await assert.rejects(deliver(transport), { name: "DeliveryFailure", message: /SELF_SIGNED|EXPIRED/ });
    const plain = await smtpServer(context, { disabledCommands: ["STARTTLS"] });
    const unsafe = smtpTransport(context, `smtp://0.0.0.0:${plain.port}`);
    await assert.rejects(deliver(unsafe), { name: "DeliveryFailure", message: /ETLS/ });
    assert.deepEqual([server.offers, plain.offers], [[], []]);
  });

  it("signs in with the name and password of the URL; wrong ones are no fault of the mail's", async (context) => {
    const tried: string[] = [];
    const server = await smtpServer(context, {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username = "", password }, _session, callback) {
        tried.push(`${username} ${password}`);
        if (password === "p@ss:word") callback(null, { user: username });
        else callback(Object.assign(new Error("Wrong password p@ss"), { responseCode: 535 }));
      },
    });
    const good = smtpTransport(context, `smtp://reef%40example.org:p%40ss%3Aword@127.0.0.1:${server.port}`);
    await deliver(good);
    const wrong = smtpTransport(context, `smtp://reef:wrong@127.0.0.1:${server.port}`);
    await assert.rejects(deliver(wrong), (error: Error) => {
      assert.ok(error instanceof DeliveryFailure);
      assert.match(error.message, /535.*EAUTH/);
      assert.ok(!error.message.includes("p@ss") && !error.message.includes("wrong"));
      return true;
    });
    assert.deepEqual(tried, ["reef@example.org p@ss:word", "reef wrong"]);
    assert.equal(server.received.length, 1);
  });

  it("lets no line break through, even of a mail that nobody checked", async (context) => {
    const server = await smtpServer(context);
    const transport = smtpTransport(context, server.url);
    const breaks = ["\r\n", "\n", "\r"];
    for (const lineBreak of breaks) {
      await deliver(transport, { subject: `Hello${lineBreak}Bcc: eve@people.example${lineBreak}${lineBreak}Body` });
      const to = `ada@people.example${lineBreak}RCPT TO:<eve@people.example>`;
      await deliver(transport, { to }).catch((error: Error) => assert.match(error.message, /^The mail server/));
    }
    assert.ok(server.received.length >= breaks.length);
    for (const { to, raw } of server.received) {
      const headers = raw.slice(0, raw.indexOf("\r\n\r\n"));
      assert.doesNotMatch(headers, /^(Bcc|RCPT)/im);
      assert.ok(to.every((address) => !address.startsWith("eve@")) && to.length === 1);
    }
  });

  it("a text that looks like the end of the mail, or like a command, is only text", async (context) => {
    const server = await smtpServer(context);
    const transport = smtpTransport(context, server.url);
    await deliver(transport, {
      text: "Hello\r\n.\r\nMAIL FROM:<eve@people.example>\r\nRCPT TO:<ada@people.example>\r\n",
    });
    await deliver(transport);
    assert.deepEqual(
      server.received.map(({ from: sender, to }) => [sender, to]),
      Array(2).fill(["reef@reef.example", ["ada@people.example"]]),
    );
  });

  it("gives up on a server that says nothing, and at once when it is told to stop", async (context) => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    context.after(() => silent.close());
    const transport = smtpTransport(context, `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const stop = new AbortController();
    const stopped = deliver(transport, {}, stop.signal);
    stop.abort();
    await assert.rejects(stopped, { name: "DeliveryFailure" });
    await assert.rejects(deliver(transport), { name: "DeliveryFailure", message: /ETIMEDOUT/ });
  });

  it("a server that cannot be reached is no fault of the mail's", async (context) => {
    const server = await smtpServer(context);
    await server.close();
    const transport = smtpTransport(context, server.url);
    await assert.rejects(deliver(transport), { name: "DeliveryFailure", message: /ECONNREFUSED/ });
  });
});

describe("the Resend transport", { concurrency: true }, () => {
  const apiKey = "re_12345678_the_key";

  it("sends one request with the mail, its key, and the same Idempotency-Key in every attempt", async (context) => {
    const server = await resendServer(context);
    const transport = createResendTransport({ url: server.url, apiKey, from: { ...from, name: 'Reef, "Inc"' } });
    const sent = mail();
    server.answer(500);
    const signal = new AbortController().signal;
    await assert.rejects(transport.deliver(sent, signal), { name: "DeliveryFailure" });
    server.answer(200);
    await transport.deliver(sent, signal);
    const { id: _id, template: _template, ...said } = sent;
    for (const { path, headers, body } of server.requests) {
      assert.equal(path, "/emails");
      assert.equal(headers.authorization, `Bearer ${apiKey}`);
      assert.equal(headers["idempotency-key"], sent.id);
      assert.deepEqual(body, {
        ...said,
        to: ["ada@people.example"],
        from: '"Reef, \\"Inc\\"" <reef@reef.example>',
        headers: { "Auto-Submitted": "auto-generated" },
      });
    }
    assert.equal(server.requests.length, 2);
  });

  it("what is wrong with the mail is refused for good; all else may be accepted later", async (context) => {
    const server = await resendServer(context);
    const transport = createResendTransport({ url: server.url, apiKey, from });
    const kinds: Record<number, string> = {};
    for (const status of [400, 404, 405, 413, 422, 401, 403, 409, 429, 500, 503, 302]) {
      server.answer(status);
      await assert.rejects(deliver(transport), (error: Error) => {
        kinds[status] = error.name;
        assert.match(error.message, new RegExp(`^Resend .*\\(${status}\\)\\.$`), "nothing of what the server says");
        return true;
      });
    }
    const permanent = Object.entries(kinds).filter(([, name]) => name === PermanentFailure.name);
    assert.deepEqual(
      permanent.map(([status]) => status),
      ["400", "404", "405", "413", "422"],
    );
  });

  it("gives up after ten seconds on a server that says nothing, and on one that is not there", async (context) => {
    const server = await resendServer(context);
    const transport = createResendTransport({ url: server.url, apiKey, from });
    server.answer(undefined);
    await assert.rejects(deliver(transport), { name: "DeliveryFailure", message: /TimeoutError/ });
    await server.close();
    await assert.rejects(deliver(transport), { name: "DeliveryFailure", message: /ECONNREFUSED/ });
  });
});
