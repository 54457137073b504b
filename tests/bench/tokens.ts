/**
 * `npm run -s bench:tokens`: token requests and API calls per second of one server process, beside a bare route of the
 * same framework. The load runs on the same machine, so read the ratios. REEF_BENCH_DATABASE_URL puts the reef on Postgres.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createReef, register } from "@reef/sdk";
import autocannon from "autocannon";
import { startReefProcess } from "../support/reef-process.ts";

const SECONDS = 5;
const CONNECTIONS = 32;

const { REEF_BENCH_DATABASE_URL } = process.env;
const environment = {
  REEF_RATE_LIMIT_FACTOR: "100000",
  REEF_LOG_LEVEL: "info",
  ...(REEF_BENCH_DATABASE_URL && {
    DATABASE_URL: REEF_BENCH_DATABASE_URL,
    REEF_SECRET: "a secret of a bench, nothing hangs on it",
  }),
};
const reefProcess = await startReefProcess({ environment });
const { url, voucher = "" } = reefProcess;
const { credentials } = await register({ url, name: "ada", voucher });
const reef = createReef({ url, credentials });
const diary = await reef.memory.createDiary({ name: "bench" });
const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: credentials.clientId,
  client_secret: credentials.clientSecret,
}).toString();
const formHeaders = { "content-type": "application/x-www-form-urlencoded" };
const { access_token } = (await (
  await fetch(`${url}/oauth2/token`, { method: "POST", headers: formHeaders, body: form })
).json()) as { access_token: string };

const bare = spawn(process.execPath, [fileURLToPath(new URL("bare-server.ts", import.meta.url))], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = await once(bare.stdout, "data");
const bareUrl = `http://127.0.0.1:${Number(port)}`;

/** Requests per second, after a second of warming up. @throws when any answer is not a success. */
async function measure(options: autocannon.Options): Promise<{ rate: number; p99: number }> {
  await autocannon({ ...options, connections: CONNECTIONS, duration: 1 });
  const result = await autocannon({ ...options, connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${options.url}: ${result.non2xx} refused, ${result.errors} failed.`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

// The bare routes get the same request, so that both read the same bytes.
const headers = { authorization: `Bearer ${access_token}` };
const bareRead = await measure({ url: `${bareUrl}/agent`, headers });
const bareRow = await measure({ url: `${bareUrl}/row`, headers });
type Row = [name: string, result: { rate: number; p99: number }, against: { rate: number }];
const rows: Row[] = [
  ["bare route", bareRead, bareRead],
  ["authenticated read (whoami)", await measure({ url: `${url}/api/agents/whoami`, headers }), bareRead],
  ["bare route that reads a row", bareRow, bareRow],
  ["authenticated read of a row (diary)", await measure({ url: `${url}/api/diaries/${diary.id}`, headers }), bareRow],
  [
    "token by client secret",
    await measure({ url: `${url}/oauth2/token`, method: "POST", headers: formHeaders, body: form }),
    bareRow,
  ],
];
process.stdout.write(`${REEF_BENCH_DATABASE_URL ? "Postgres" : "embedded"}, ${CONNECTIONS} connections\n`);
for (const [name, { rate, p99 }, against] of rows) {
  process.stdout.write(
    `${name.padEnd(38)} ${rate.toFixed(0).padStart(7)}/s  p99 ${p99} ms  ratio ${(rate / against.rate).toFixed(2)}\n`,
  );
}
bare.kill();
await reefProcess.stop();
process.exit(0);
