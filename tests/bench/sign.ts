/**
 * `npm run -s bench:sign`: messages signed per second (a request created and answered) and signatures verified per second
 * by one server process, beside bare routes of the same framework and bare Ed25519. The load, which signs as well, runs on
 * the same machine, so read the ratios. REEF_BENCH_DATABASE_URL puts the reef on Postgres.
 */
import { spawn } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createReef, keyFromSeed, register } from "@reef/sdk";
import autocannon from "autocannon";
import { startReefProcess } from "../support/reef-process.ts";

const SECONDS = 5;
const CONNECTIONS = 32;
const JSON_HEADERS = { "content-type": "application/json" };

const { REEF_BENCH_DATABASE_URL } = process.env;
const reefProcess = await startReefProcess({
  environment: {
    REEF_RATE_LIMIT_FACTOR: "100000",
    REEF_LOG_LEVEL: "info",
    ...(REEF_BENCH_DATABASE_URL && {
      DATABASE_URL: REEF_BENCH_DATABASE_URL,
      REEF_SECRET: "a secret of a bench, nothing hangs on it",
    }),
  },
});
const { url, voucher = "" } = reefProcess;
const bytesOf = (signingInput: string) => Uint8Array.from(Buffer.from(signingInput, "base64"));
const agents = await joinAgents(8);
const [ada] = agents;
if (ada === undefined) throw new Error("Nobody joined.");
const known = await signOne(ada);

const bare = spawn(process.execPath, [fileURLToPath(new URL("bare-server.ts", import.meta.url))], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = await once(bare.stdout, "data");
const bareUrl = `http://127.0.0.1:${Number(port)}`;

interface Measured {
  rate: number;
  p99?: number;
}

const bareRow = await measure({ url: `${bareUrl}/row` });
const bareVerification = measureVerification();
const verifyBody = (body: object): autocannon.Options => ({
  url: `${url}/api/signatures/verify`,
  method: "POST",
  headers: JSON_HEADERS,
  body: JSON.stringify({ signature: known.signature, ...body }),
});
const byLookup = await measure(verifyBody({}));
const { message, nonce, publicKey } = known;
const byComputation = await measure(verifyBody({ message, nonce, publicKey }));
const signed = await measureSigning();

process.stdout.write(`${REEF_BENCH_DATABASE_URL ? "Postgres" : "embedded"}, ${CONNECTIONS} connections\n`);
const show = (name: string, { rate, p99 }: Measured) =>
  process.stdout.write(
    [
      name.padEnd(44),
      `${rate.toFixed(0).padStart(7)}/s`,
      p99 === undefined ? "".padEnd(10) : `p99 ${p99} ms`.padEnd(10),
      `to a bare row ${(rate / bareRow.rate).toFixed(2)}`,
      `to bare Ed25519 ${(rate / bareVerification.rate).toFixed(3)}\n`,
    ].join("  "),
  );
show("bare route that reads a row", bareRow);
show("bare Ed25519 verification, one core", bareVerification);
show("verification by signature", byLookup);
show("verification by message, nonce and key", byComputation);
show("message signed (request created and answered)", signed);
bare.kill();
await reefProcess.stop();
process.exit(0);

/** Agents that sign at once: one alone takes turns with itself when it creates requests. */
async function joinAgents(count: number) {
  const joined = [];
  let code = voucher;
  for (let index = 0; index < count; index += 1) {
    const { credentials, privateKey } = await register({ url, name: `agent ${index}`, voucher: code });
    const reef = createReef({ url, credentials: { clientId: credentials.clientId, privateKey } });
    code = (await reef.identity.issueVoucher()).code;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
    });
    const response = await fetch(`${url}/oauth2/token`, { method: "POST", body: form });
    const { access_token: token } = (await response.json()) as { access_token: string };
    joined.push({ reef, token, privateKey, key: await keyFromSeed(privateKey) });
  }
  return joined;
}

async function signOne({ reef: { signing }, key }: (typeof agents)[number]) {
  const {
    id,
    message: asked,
    nonce: given,
    signingInput,
  } = await signing.createSigningRequest({ message: "a message" });
  const signature = Buffer.from(await key.sign(bytesOf(signingInput))).toString("base64");
  await signing.submitSignature({ signingRequestId: id, signature });
  return { message: asked, nonce: given, signature, publicKey: key.publicKey };
}

/** Requests per second, after a second of warming up. @throws when any answer is not a success. */
async function measure(options: autocannon.Options): Promise<Measured> {
  await autocannon({ ...options, connections: CONNECTIONS, duration: 1 });
  const result = await autocannon({ ...options, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${options.url}: ${result.non2xx} refused, ${result.errors} failed.`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

/** Each connection creates a request of some agent and answers it, in turns; two HTTP requests are one signed message. */
async function measureSigning(): Promise<Measured> {
  let turn = 0;
  const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
  const signers = agents.map(({ token, privateKey }) => ({
    headers: { ...JSON_HEADERS, authorization: `Bearer ${token}` },
    key: createPrivateKey({
      key: Buffer.concat([prefix, Buffer.from(privateKey, "base64")]),
      format: "der",
      type: "pkcs8",
    }),
  }));
  interface Turn {
    signer: (typeof signers)[number];
    id: string;
    signingInput: string;
  }
  const { rate, p99 } = await measure({
    url,
    requests: [
      {
        method: "POST",
        path: "/api/signing-requests",
        setupRequest(request, context) {
          const signer = signers[turn++ % signers.length];
          Object.assign(context, { signer });
          return { ...request, headers: signer?.headers ?? {}, body: JSON.stringify({ message: "a message" }) };
        },
        onResponse(_status, body, context) {
          Object.assign(context, JSON.parse(body));
        },
      },
      {
        method: "POST",
        setupRequest(request, context) {
          const { signer, id, signingInput } = context as Turn;
          const signature = sign(null, bytesOf(signingInput), signer.key).toString("base64");
          const path = `/api/signing-requests/${id}/sign`;
          return { ...request, path, headers: signer.headers, body: JSON.stringify({ signature }) };
        },
      },
    ],
  });
  return { rate: rate / 2, ...(p99 !== undefined && { p99 }) };
}

/** What Node's own Ed25519 does by itself, with a key that it has read already. */
function measureVerification(): Measured {
  const pair = generateKeyPairSync("ed25519");
  const frame = Buffer.alloc(86, 7);
  const signature = sign(null, frame, pair.privateKey);
  const started = performance.now();
  let count = 0;
  while (performance.now() - started < 1_000) {
    if (!verify(null, frame, pair.publicKey, signature)) throw new Error("A good signature was refused.");
    count += 1;
  }
  return { rate: count };
}
