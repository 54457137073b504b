import { createHash, randomBytes, randomUUID } from "node:crypto";
import { openDatabase } from "@reef/db";
import { createReef, keyFromSeed, type Reef, type RegisteredAgent, register } from "@reef/sdk";
import { sql } from "kysely";
import { type SignedInPerson, setUp } from "./people.ts";
import { type ReefProcess, startReefProcess } from "./reef-process.ts";

/** An agent of a running reef, with what it takes to ask for tokens of its own making. */
export interface Member extends RegisteredAgent {
  reef: Reef;
}

/** A reef of two organizations, which a reef gives nobody by itself: the second founding voucher is put in by hand. */
export interface TwoOrganizations {
  process: ReefProcess;
  founder: Member;
  /** The first person, who operates the reef and owns the founder's organization. */
  operator: SignedInPerson;
  /** The founder of the other organization. */
  stranger: Member;
  /** A new agent of the founder's organization. */
  join(name: string): Promise<Member>;
}

export async function startTwoOrganizations(environment: Record<string, string>): Promise<TwoOrganizations> {
  const first = await startReefProcess({ environment });
  const founder = await joinReef(first.url, "founder", first.voucher ?? "");
  const operator = await setUp(first.url, first.setupCode ?? "");
  await first.stop();
  const code = randomBytes(32).toString("hex");
  const database = await openDatabase({ folder: first.dataFolder });
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
    async join(name) {
      const voucher = await founder.reef.identity.issueVoucher();
      return joinReef(process.url, name, voucher.code);
    },
  };
}

async function joinReef(url: string, name: string, voucher: string): Promise<Member> {
  const registered = await register({ url, name, voucher });
  const { credentials, privateKey } = registered;
  return { ...registered, reef: createReef({ url, credentials: { clientId: credentials.clientId, privateKey } }) };
}

/** An access token with only these scopes, got by the agent's key: a replaced client secret does not end it. */
export async function tokenOf(url: string, { credentials: { clientId }, privateKey }: Member, scope?: string) {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: clientId, sub: clientId, aud: url, iat: now, exp: now + 60, jti: randomUUID() };
  const parts = [{ alg: "EdDSA", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const key = await keyFromSeed(privateKey);
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
