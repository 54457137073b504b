/**
 * `npm run -s bench:gateway`: calls of a model that costs nothing, direct, through Portkey's gateway and through a reef with
 * a key, budgets and metering on, side by side: whole answers, streams of 50 chunks as fast as they go, streams at the pace
 * of a model that speaks, and answers that are given again. Portkey runs on the reef's own Node; and where npm runs on
 * another one, on that as well, since that is what it gets there. Load, upstream and gateways share this machine, so read
 * the ratios. The reef is on a Postgres that is started for it; REEF_BENCH_DATABASE_URL names another one, or `embedded`.
 * Each row is the middle one of three rounds (REEF_BENCH_ROUNDS) of three seconds each (REEF_BENCH_SECONDS).
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setUp } from "../support/people.ts";
import { startReefProcess } from "../support/reef-process.ts";
import { openBenchDatabase } from "./gateway/database.ts";
import { holdStreams } from "./gateway/hold-streams.ts";
import { type Load, measureLoad } from "./gateway/load.ts";
import { startPortkey } from "./gateway/portkey.ts";
import { openGateway } from "./gateway/reef-gateway.ts";

const { REEF_BENCH_DATABASE_URL, REEF_BENCH_SECONDS = "3", REEF_BENCH_ROUNDS = "3" } = process.env;
const { npm_node_execpath: npmNode } = process.env;
const CLIENTS = [1, 8, 32];
/** Fifty chunks a second and stream, as a fast model speaks. */
const PAUSE_MS = 20;
const LOADS = [
  { what: "json", clients: CLIENTS, request: {} },
  { what: "streams", clients: CLIENTS, request: { stream: true } },
  { what: "paced", clients: [32, 256], request: { stream: true, user: `pause-${PAUSE_MS}` } },
];
const HELD_STREAMS = 2_000;
const PATH = "/v1/chat/completions";

const print = (line: string) => process.stdout.write(`${line}\n`);

const upstream = spawn(process.execPath, [fileURLToPath(new URL("gateway/upstream.ts", import.meta.url))], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = await once(upstream.stdout, "data");
const upstreamUrl = `http://127.0.0.1:${Number(port)}`;
const portkey = await startPortkey(process.execPath);
const npmVersion = npmNode === undefined ? process.version : execFileSync(npmNode, ["--version"]).toString().trim();
const portkeyOnNpm = npmNode === undefined || npmVersion === process.version ? undefined : await startPortkey(npmNode);
const database = openBenchDatabase(REEF_BENCH_DATABASE_URL);
// Also where the bench fails on its way.
process.once("exit", database.stop);
const reef = await startReefProcess({
  environment: {
    REEF_GATEWAY_REQUESTS_PER_SECOND: "1000000",
    REEF_RATE_LIMIT_FACTOR: "1000",
    // Nothing else is measured here, and its model would count as the gateway's memory.
    REEF_ENCODER: "none",
    ...database.environment,
  },
});
const { secret, cachedSecret } = await openGateway(
  reef.url,
  await setUp(reef.url, reef.setupCode),
  `${upstreamUrl}/v1`,
);

interface Contender {
  name: string;
  url: string;
  headers: Record<string, string>;
  /** The process that is called. */
  pid: number | undefined;
}
const PORTKEY = "Portkey";
const PORTKEY_ON_NPM = `${PORTKEY}, ${npmVersion}`;
const portkeyHeaders = {
  authorization: "Bearer none",
  "x-portkey-provider": "openai",
  "x-portkey-custom-host": `${upstreamUrl}/v1`,
};
const contenders: Contender[] = [
  { name: "direct", url: upstreamUrl, headers: {}, pid: upstream.pid },
  { name: PORTKEY, ...portkey, headers: portkeyHeaders },
  ...(portkeyOnNpm === undefined ? [] : [{ name: PORTKEY_ON_NPM, ...portkeyOnNpm, headers: portkeyHeaders }]),
  { name: "Reef", url: reef.url, headers: { authorization: `Bearer ${secret}` }, pid: reef.child.pid },
];

const loads = new Map<string, Load>();
const loadOf = (what: string, clients: number, name: string): Load =>
  loads.get(`${what} ${clients} ${name}`) ?? {
    perSecond: 0,
    p50Ms: 0,
    p99Ms: 0,
    firstByteP50Ms: 0,
    processorMicros: 0,
  };

/** Resident memory (Linux). */
const memoryOf = (pid: number | undefined): string =>
  `${(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024).toFixed(0)} MB`;

const atRest = memoryOf(reef.child.pid);
const held = await holdStreams({
  url: `${reef.url}${PATH}`,
  secret,
  streams: HELD_STREAMS,
  whileHeld: () => memoryOf(reef.child.pid),
});
print(`Reef is on ${database.name}.`);
print(`memory of Reef at rest: ${atRest}; with ${held.open} slow streams held at once: ${held.result}`);

/** What a process has used of the processors so far, all of its threads, in microseconds (Linux counts in hundredths of a second). */
function processorMicrosOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the program's name in parentheses, which may hold spaces.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const figure = (value: number, digits = 2) => value.toFixed(digits).padStart(10);
const bodyOf = (request: object) =>
  JSON.stringify({ model: "bench", messages: [{ role: "user", content: "Say fifty words." }], ...request });

/** Of each contender the round in the middle; they take turns, since the machine is not as fast at all times. */
async function measureInTurns(clients: number, body: string): Promise<Map<string, Load>> {
  const rounds = new Map(contenders.map(({ name }) => [name, [] as Load[]]));
  for (let round = 0; round < Number(REEF_BENCH_ROUNDS); round += 1) {
    for (const { name, url, headers, pid } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const options = { url: `${url}${PATH}`, headers, body, clients, seconds: Number(REEF_BENCH_SECONDS) };
      rounds.get(name)?.push(await measureLoad({ ...options, processorMicros: () => processorMicrosOf(pid) }));
    }
  }
  const middleOf = (all: Load[]) =>
    all.toSorted((one, other) => one.perSecond - other.perSecond).slice(all.length >> 1, (all.length >> 1) + 1);
  return new Map(Array.from(rounds).flatMap(([name, all]) => middleOf(all).map((load) => [name, load] as const)));
}

for (const { what, clients: counts, request } of LOADS) {
  print(`\n${what.padEnd(20)} clients  per second    p50 ms    p99 ms  first byte p50 ms  CPU µs of the gateway`);
  for (const clients of counts) {
    for (const [name, load] of await measureInTurns(clients, bodyOf(request))) {
      loads.set(`${what} ${clients} ${name}`, load);
      const times = [figure(load.p50Ms), figure(load.p99Ms), figure(load.firstByteP50Ms)];
      const figures = [figure(load.perSecond, 0), ...times, figure(load.processorMicros, 0)];
      print(`  ${name.padEnd(17)} ${String(clients).padStart(7)}  ${figures.join("")}`);
    }
  }
}

print("\ncached               clients  per second    p50 ms    p99 ms, of exact hits");
for (const clients of CLIENTS) {
  const options = { url: `${reef.url}${PATH}`, headers: { authorization: `Bearer ${cachedSecret}` }, clients };
  const processorMicros = () => processorMicrosOf(reef.child.pid);
  const load = await measureLoad({
    ...options,
    body: bodyOf({}),
    seconds: Number(REEF_BENCH_SECONDS),
    processorMicros,
  });
  loads.set(`cached ${clients} Reef`, load);
  const figures = [figure(load.perSecond, 0), figure(load.p50Ms), figure(load.p99Ms)];
  print(`  ${"Reef".padEnd(17)} ${String(clients).padStart(7)}  ${figures.join("")}`);
}

print(`\nmemory after the load: Portkey ${memoryOf(portkey.pid)}, Reef ${memoryOf(reef.child.pid)}\n`);

for (const { what, clients: counts, request } of LOADS) {
  if (!("stream" in request)) continue;
  for (const clients of counts) {
    const late = loadOf(what, clients, "Reef").firstByteP50Ms - loadOf(what, clients, "direct").firstByteP50Ms;
    print(`first token after direct, ${what} ${clients}: ${late.toFixed(2)} ms`);
  }
}
for (const clients of CLIENTS) {
  const [direct, peer, own] = ["direct", PORTKEY, "Reef"].map((name) => loadOf("json", clients, name));
  const added = (load: Load | undefined) => (load?.p50Ms ?? 0) - (direct?.p50Ms ?? 0);
  compare("json", clients);
  ratio("added-p50", clients, added(own) / added(peer));
  compare("streams", clients);
  ratio("cached", clients, loadOf("cached", clients, "Reef").perSecond / (own?.perSecond ?? 0));
}

/** Calls a second beside the peer's: on the same Node, and on npm's. */
function compare(what: string, clients: number): void {
  const own = loadOf(what, clients, "Reef").perSecond;
  ratio(what, clients, own / loadOf(what, clients, PORTKEY).perSecond);
  if (portkeyOnNpm !== undefined)
    ratio(`${what}-on-${npmVersion}`, clients, own / loadOf(what, clients, PORTKEY_ON_NPM).perSecond);
}

function ratio(what: string, clients: number, value: number): void {
  print(`ratio ${what} ${clients}: ${value.toFixed(2)}x`);
}

await reef.stop();
portkey.stop();
portkeyOnNpm?.stop();
upstream.kill();
