import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { toBase64 } from "@reef/proofs";
import { type Key, keyFromSeed } from "@reef/sdk";
import type { Browser, Page } from "playwright-core";
import { joinReef } from "../support/agents.ts";
import { createVisit, launchChromium, type Visit, withoutChromium } from "../support/browser.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

/** The neutral point as a key, and a signature that verifies under it for every message, where nobody refuses that key. */
const NEUTRAL_KEY = Buffer.from([1, ...new Uint8Array(31)]).toString("base64");
const NEUTRAL_SIGNATURE = Buffer.from([1, ...new Uint8Array(63)]).toString("base64");

const MESSAGE = "The tide is at noon 🪸\n\u2028and <b>low</b>";
const NAME = '<img src=x onerror="alert(1)"> ada';

describe("the page on which a person sees a signature checked", { skip: withoutChromium }, () => {
  let reefProcess: ReefProcess;
  let browser: Browser;
  let key: Key;
  let visit: Visit;
  let signed: { signature: string; nonce: string };

  before(async () => {
    reefProcess = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100" } });
    const { url, voucher } = reefProcess;
    const { reef, key: ownKey } = await joinReef(url, NAME, voucher);
    key = ownKey;
    const { id, nonce, signingInput } = await reef.signing.createSigningRequest({ message: MESSAGE });
    const signature = toBase64(await key.sign(Uint8Array.from(Buffer.from(signingInput, "base64"))));
    await reef.signing.submitSignature({ signingRequestId: id, signature });
    signed = { signature, nonce };
    browser = await launchChromium();
    visit = createVisit(browser, url);
  });
  after(async () => {
    await browser?.close();
    await reefProcess?.stop();
  });

  const link = () => `/verify?signature=${encodeURIComponent(signed.signature)}`;
  const outcome = async (page: Page, box: string) => {
    await page.waitForSelector(`${box} .verdict`);
    return (await page.textContent(box)) ?? "";
  };

  /** Fills in the second form, and gives what it says. */
  async function verifyThere(
    page: Page,
    changes: Partial<Record<"message" | "nonce" | "key" | "signature", string>> = {},
  ) {
    const values = {
      message: MESSAGE,
      nonce: signed.nonce,
      key: key.publicKey,
      signature: signed.signature,
      ...changes,
    };
    for (const [name, value] of Object.entries(values)) await page.fill(`#own-${name}`, value);
    await page.evaluate("document.getElementById('own-result').replaceChildren()");
    await page.click("#own button");
    return outcome(page, "#own-result");
  }

  it("a link shows who signed, with which key, when, and the digest, but never the message", async () => {
    await visit(link(), async (page) => {
      const text = await outcome(page, "#lookup-result");
      assert.match(text, /Valid signature/);
      for (const shown of [NAME, key.fingerprint, key.publicKey]) assert.ok(text.includes(shown), shown);
      assert.match(text, /SHA-256 of message[0-9a-f]{64}$/);
      assert.ok(!(await page.content()).includes("tide is"), "the space is in no key and no signature");
      assert.equal(await page.locator(".verdict.valid svg").count(), 1);
    });
  });

  it("a link whose plus signs were left as they are works too, and the form leads to the same answer", async () => {
    await visit(`/verify?signature=${signed.signature}`, async (page) => {
      assert.match(await outcome(page, "#lookup-result"), /Valid signature/);
    });
    await visit("/verify", async (page) => {
      await page.fill("#lookup-signature", signed.signature);
      await page.click("#lookup button");
      await page.waitForURL(/signature=/);
      assert.match(await outcome(page, "#lookup-result"), /Valid signature/);
    });
  });

  it("an unknown signature says so by word and shape, and what to do", async () => {
    await visit(`/verify?signature=${"A".repeat(86)}%3D%3D`, async (page) => {
      assert.match(await outcome(page, "#lookup-result"), /Not a signature known hereNo agent of this reef/);
      assert.equal(await page.locator(".verdict.invalid svg").count(), 1);
    });
  });

  it("the browser itself verifies message, nonce, key and signature, and sends nothing", async () => {
    await visit("/verify", async (page) => {
      const sent: string[] = [];
      page.on("request", (request) => sent.push(request.url()));
      const good = await verifyThere(page);
      assert.match(good, /Valid signature/);
      assert.ok(good.includes(key.fingerprint));
      const { publicKey } = await keyFromSeed(Buffer.alloc(32, 1).toString("base64"));
      for (const wrong of [
        { message: `${MESSAGE} ` },
        { nonce: signed.nonce.replace(/.$/, "x") },
        { key: publicKey },
        { signature: Buffer.alloc(64, 1).toString("base64") },
      ]) {
        assert.match(await verifyThere(page, wrong), /Wrong signature/, JSON.stringify(wrong));
      }
      for (const incomplete of [
        { key: "ed25519:AAAA" },
        { key: signed.signature.slice(0, 52) },
        { signature: "AAAA" },
      ]) {
        assert.match(await verifyThere(page, incomplete), /Not checked[\s\S]+incomplete/);
      }
      const anyones = { key: `ed25519:${NEUTRAL_KEY}`, signature: NEUTRAL_SIGNATURE };
      assert.match(await verifyThere(page, anyones), /proves nothing/);
      assert.deepEqual(sent, []);
    });
  });

  it("what was looked up is ready to be verified below", async () => {
    await visit(link(), async (page) => {
      await outcome(page, "#lookup-result");
      assert.equal(await page.inputValue("#own-key"), key.publicKey);
      assert.equal(await page.inputValue("#own-signature"), signed.signature);
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      it(`fits ${width} pixels in the ${colorScheme} theme`, async () => {
        const options = { colorScheme, viewport: { width, height: 800 } };
        await visit(
          link(),
          async (page) => {
            await outcome(page, "#lookup-result");
            await verifyThere(page);
            assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
            const { REEF_SCREENSHOTS } = process.env;
            if (REEF_SCREENSHOTS) {
              await page.screenshot({ path: `${REEF_SCREENSHOTS}/verify-${colorScheme}-${width}.png`, fullPage: true });
            }
          },
          options,
        );
      });
    }
  }
});
