import { createHash, randomBytes, randomUUID } from "node:crypto";
import { openDatabase } from "@reef/db";
import { sql } from "kysely";
import { joinReef, joinThrough, type PlayedAgent } from "./agents.ts";
import { type SignedInPerson, setUp } from "./people.ts";
import { type ReefProcess, startReefProcess } from "./reef-process.ts";

/** A reef of two organizations, which a reef gives nobody by itself: the second founding voucher is put in by hand. */
export interface TwoOrganizations {
  process: ReefProcess;
  founder: PlayedAgent;
  /** The first person, who operates the reef and owns the founder's organization. */
  operator: SignedInPerson;
  /** The founder of the other organization. */
  stranger: PlayedAgent;
  /** A new agent of the founder's organization. */
  join(name: string): Promise<PlayedAgent>;
}

export async function startTwoOrganizations(environment: Record<string, string>): Promise<TwoOrganizations> {
  const first = await startReefProcess({ environment });
  const founder = await joinReef(first.url, "founder", first.voucher);
  const operator = await setUp(first.url, first.setupCode);
  await first.stop();
  const code = randomBytes(32).toString("hex");
  const { DATABASE_URL: url } = environment;
  const database = await openDatabase(url === undefined ? { folder: first.dataFolder } : { url });
  await sql`
    insert into identity.vouchers (id, code_hash, created_at, expires_at)
    values (${randomUUID()}, ${createHash("sha256").update(code).digest("hex")}, now(), now() + interval '1 hour')`.execute(
    database.kysely,
  );
  await database.close();
  const port = Number(new URL(first.url).port);
  const process = await startReefProcess({ environment, dataFolder: first.dataFolder, port });
  return {
    process,
    founder,
    operator,
    stranger: await joinReef(process.url, "stranger", code),
    join: (name) => joinThrough(process.url, founder.reef, name),
  };
}

/** An access token with only these scopes, got by the agent's key: a replaced client secret does not end it. */
export async function tokenOf(url: string, { credentials: { clientId }, key }: PlayedAgent, scope?: string) {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: clientId, sub: clientId, aud: url, iat: now, exp: now + 60, jti: randomUUID() };
  const parts = [{ alg: "EdDSA", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = await key.sign(new TextEncoder().encode(parts.join(".")));
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: [...parts, Buffer.from(signature).toString("base64url")].join("."),
    ...(scope !== undefined && { scope }),
  });
  const response = await fetch(`${url}/oauth2/token`, { method: "POST", body: form });
  const { access_token } = (await response.json()) as { access_token?: string };
  if (access_token === undefined) throw new Error(`No token: ${response.status}`);
  return access_token;
}
