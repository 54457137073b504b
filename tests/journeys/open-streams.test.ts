import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { joinReef } from "../support/agents.ts";
import { type Credentials, createApiKey, inviteMember, type SignedInPerson, setUp } from "../support/people.ts";
import { type ReefProcess, startReefProcess } from "../support/reef-process.ts";

describe("streams that are open when what they were opened with ends", () => {
  let reef: ReefProcess;
  let owner: SignedInPerson;
  let organizationId: `org_${string}`;

  before(async () => {
    reef = await startReefProcess({ environment: { REEF_RATE_LIMIT_FACTOR: "100", REEF_STREAMS_PER_ADDRESS: "20" } });
    const { agent } = await joinReef(reef.url, "ada", reef.voucher);
    organizationId = agent.organizationId;
    owner = await setUp(reef.url, reef.setupCode);
  });
  after(() => reef.stop());

  /** Opens the stream of what happens, and gives all that came of it once it is over. */
  async function follow(credentials: Credentials): Promise<() => Promise<string>> {
    const response = await fetch(`${reef.url}/api/activity/stream`, { headers: credentials });
    assert.equal(response.status, 200);
    return () => response.text();
  }
  const act = (path: string, body: object, credentials: Credentials) =>
    fetch(`${reef.url}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...credentials },
      body: JSON.stringify(body),
    });

  const endings: Record<string, (eve: SignedInPerson) => Promise<unknown>> = {
    "signed out": (eve) => act("/api/auth/sign-out", {}, eve.byCookie),
    "removed from the organization": async (eve) => {
      const response = await fetch(`${reef.url}/api/auth/organization/list`, { headers: owner.byCookie });
      const [first] = (await response.json()) as { id: string }[];
      const removed = { organizationId: first?.id, memberIdOrEmail: eve.email };
      return act("/api/auth/organization/remove-member", removed, owner.byCookie);
    },
  };
  for (const [index, [ending, end]] of Object.entries(endings).entries()) {
    it(`who is ${ending} loses the streams from before, by session and by key, though nothing happens that they would tell of`, async () => {
      const eve = await inviteMember(reef.url, owner, { organizationId, role: "member", name: `eve${index}` });
      const key = await createApiKey(reef.url, eve, organizationId);
      const streams = [await follow(eve.byCookie), ...(ending === "signed out" ? [] : [await follow(key)])];
      await end(eve);
      for (const rest of streams) assert.match(await rest(), /event: end\ndata: \{"reason":"not_admitted"\}\n\n$/);
    });
  }
});
