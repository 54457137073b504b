import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError, loadConfig } from "@reef/config";
import { chooseWay, mailConfig } from "./config.ts";
import { smtpOptions } from "./transports/smtp.ts";

const wayOf = (environment: Record<string, string>) => chooseWay(loadConfig(mailConfig, environment));
const from = { REEF_MAIL_FROM: "Reef <reef@reef.example>" };

describe("the settings of mail", () => {
  it("choose the way that is set up, and the mailbox where none is", () => {
    assert.deepEqual(wayOf({}), { kind: "mailbox" });
    assert.deepEqual(wayOf({ ...from, REEF_SMTP_URL: "smtp://mail.example:2525" }), {
      kind: "smtp",
      url: new URL("smtp://mail.example:2525"),
      from: { name: "Reef", address: "reef@reef.example" },
    });
    assert.deepEqual(wayOf({ REEF_MAIL_FROM: "reef@reef.example", REEF_RESEND_API_KEY: "re_1" }), {
      kind: "resend",
      url: "https://api.resend.com",
      apiKey: "re_1",
      from: { name: "", address: "reef@reef.example" },
    });
    assert.equal(wayOf({ ...from, REEF_MAIL: "mailbox", REEF_SMTP_URL: "smtp://mail.example" }).kind, "mailbox");
    const both = { ...from, REEF_SMTP_URL: "smtp://mail.example", REEF_RESEND_API_KEY: "re_1" };
    assert.equal(wayOf({ ...both, REEF_MAIL: "resend" }).kind, "resend");
    assert.throws(() => wayOf(both), ConfigError);
  });

  it("name everything that is missing, and no value", () => {
    const problemsOf = (environment: Record<string, string>) => {
      try {
        wayOf(environment);
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
        throw error;
      }
      return [];
    };
    assert.equal(problemsOf({ REEF_MAIL: "smtp" }).length, 2);
    assert.equal(problemsOf({ REEF_MAIL: "resend" }).length, 2);
    assert.equal(problemsOf({ REEF_SMTP_URL: "smtp://mail.example" }).length, 1);
    const wrong: Record<string, string>[] = [
      { REEF_SMTP_URL: "http://u:hunter2@mail.example" },
      { REEF_SMTP_URL: "hunter2" },
      { REEF_RESEND_URL: "http://resend.example/hunter2" },
      { REEF_MAIL_FROM: "hunter2" },
      { REEF_MAIL_FROM: "Reef <reef@reef.example>, Eve <hunter2@reef.example>" },
      { REEF_MAIL_FROM: "Reef\nBcc: hunter2 <reef@reef.example>" },
      { REEF_MAIL: "pigeon" },
    ];
    for (const environment of wrong) {
      const problems = problemsOf(environment);
      assert.equal(problems.length, 1, JSON.stringify(environment));
      assert.ok(!problems.join().includes("hunter2"));
    }
  });

  it("demand TLS of every mail server but one on this machine", () => {
    const tlsOf = (url: string) => {
      const { host, port, secure, requireTLS, ignoreTLS } = smtpOptions(new URL(url));
      return { host, port, secure, requireTLS, ignoreTLS };
    };
    const starts = { secure: false, requireTLS: true, ignoreTLS: false };
    assert.deepEqual(tlsOf("smtp://mail.example"), { host: "mail.example", port: 587, ...starts });
    assert.deepEqual(tlsOf("smtp://10.0.0.1:25"), { host: "10.0.0.1", port: 25, ...starts });
    const plain = { secure: false, requireTLS: false, ignoreTLS: true };
    assert.deepEqual(tlsOf("smtp://localhost:1025"), { host: "localhost", port: 1025, ...plain });
    assert.deepEqual(tlsOf("smtp://[::1]:1025"), { host: "::1", port: 1025, ...plain });
    const whole = { secure: true, requireTLS: false, ignoreTLS: false };
    assert.deepEqual(tlsOf("smtps://mail.example"), { host: "mail.example", port: 465, ...whole });
  });
});
