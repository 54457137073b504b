import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { redactionKinds } from "../../contract/captures.ts";
import { createRedact, type Redactions } from "./redact.ts";

const all = createRedact(redactionKinds, ["Project Bluefin", "blue", "C++ (beta)"]);
const redact = (text: string) => all(text, new Map());

/** Texts, and what is left of them. */
const SAMPLES: Readonly<Record<string, readonly [text: string, left: string][]>> = {
  "e-mail addresses": [
    ["Write to ada@example.com, please.", "Write to [email], please."],
    ["<Ada.O'Neil+news@mail.example.co.uk>", "<[email]>"],
    ["mailto:ada%40example.com?subject=x", "mailto:[email]?subject=x"],
    ["grüße@bücher.example and ada＠example.com", "[email] and [email]"],
    ["npm i @reef/sdk@1.2", "npm i @reef/sdk@1.2"],
  ],
  "telephone numbers": [
    ["+49 (0)30 1234-5678", "[phone]"],
    ["+1 415 555 2671 or 0044 20 7946 0958", "[phone] or [phone]"],
    ["(415) 555-2671, 415.555.2671", "[phone], [phone]"],
    ["Tel.: 030/12345678 and 07700 900123", "Tel.: [phone] and [phone]"],
    [
      "on 2026-11-21 at 10:42:07 it took 1234567 ms, 0.1234567 %",
      "on 2026-11-21 at 10:42:07 it took 1234567 ms, 0.1234567 %",
    ],
  ],
  "numbers of cards": [
    ["4111 1111 1111 1111", "[card]"],
    ["4111-1111-1111-1111 12/27", "[card] 12/27"],
    ["my 2 cards 378282246310005 5555555555554444", "my 2 cards [card] [card]"],
    ["5105\u00a01051\u00a00510\u00a05100", "[card]"],
    ["4111111111111112 fails the check", "4111111111111112 fails the check"],
    ["0000000000000000", "0000000000000000"],
  ],
  "bank accounts": [
    ["DE89 3704 0044 0532 0130 00 please", "[iban] please"],
    ["gb29nwbk60161331926819", "[iban]"],
    ["DE89370400440532013000 GB29NWBK60161331926819", "[iban] [iban]"],
    ["DE88370400440532013000", "DE88370400440532013000"],
  ],
  secrets: [
    [`rk_${"a".repeat(43)}`, "[secret]"],
    ["key=sk-proj-abcdefghijklmnopqrstuvwx;", "key=[secret];"],
    ["ghp_0123456789abcdefghijABCDEFGHIJ012345", "[secret]"],
    ["AKIAIOSFODNN7EXAMPLE", "[secret]"],
    ["Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer [secret]"],
    ["postgres://reef:hunter2@db.example/reef", "postgres://reef:[secret]@db.example/reef"],
    ["a eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl b", "a [secret] b"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest", "[secret]\nrest"],
    ["-----BEGIN PRIVATE KEY-----\\nMIIE and it was cut", "[secret]"],
    ["risk-assessment, sk-team and a task_list", "risk-assessment, sk-team and a task_list"],
  ],
  "IP addresses": [
    ["from 192.168.0.1:8080 and 255.255.255.255.", "from [ip]:8080 and [ip]."],
    ["2001:db8::8a2e:370:7334 or ::ffff:10.0.0.1 or fe80::1", "[ip] or [ip] or [ip]"],
    ["at 12:30:45, std::vector, a ratio of 1:2:3", "at 12:30:45, std::vector, a ratio of 1:2:3"],
  ],
  "an organization's own words": [
    ["project bluefin is BLUE", "[word] is [word]"],
    ["C++ (Beta), not C++", "[word], not C++"],
  ],
};

describe("redaction", () => {
  for (const [what, samples] of Object.entries(SAMPLES)) {
    it(`takes ${what} out, and leaves what only looks like them`, () => {
      for (const [text, left] of samples) assert.equal(redact(text), left);
    });
  }

  it("takes out only what it is asked to, and counts it", () => {
    const counted: Redactions = new Map();
    const text = "ada@example.com from 10.0.0.1, eve@example.com";
    assert.equal(createRedact(["email"], [])(text, counted), "[email] from 10.0.0.1, [email]");
    assert.deepEqual([...counted], [["email", 2]]);
  });

  it("leaves nothing of a secret, whatever text stands around it", () => {
    const secret = `rk_${"Zq9".repeat(14)}x`;
    const around = fc.string({ unit: "grapheme", maxLength: 30 }).filter((text) => !/[A-Za-z0-9]$/.test(text));
    fc.assert(
      fc.property(around, around, (before, after) => !redact(`${before}${secret} ${after}`).includes("Zq9Zq9")),
    );
  });

  it("takes time with the length of a text alone, also where it is made to look like much", () => {
    const size = 200_000;
    const traps = ["1 ", "a@", "DE12 ", "0:", "-----BEGIN PRIVATE KEY-----", "://a:", "+1(", "a.", "1.1.", "bearer "];
    for (const trap of traps) redact(trap.repeat(size / trap.length));
  });
});
