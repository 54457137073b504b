import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, type RunningReef, request, startReef, testMigrations } from "../test-reef.ts";
import { type Browser, invite, newMember, newOrganization, newPerson } from "./test-browser.ts";

const NOBODY = "0190a0b0-c0d0-7000-8000-000000000000";

describeEachDatabase("what an invitation's link shows", testMigrations, ({ database }) => {
  let reef: RunningReef;
  let owner: Browser;
  let organizationId: string;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false, settings: { REEF_SIGN_UP: "open" } });
    owner = await newPerson(reef, "owner@reef.test", "Olga");
    organizationId = await newOrganization(owner, "acme", "Acme");
  });
  afterEach(() => reef.stop());

  const inviteTo = (email: string, by = owner, role = "admin") => invite(reef, by, { email, role, organizationId });
  const show = (id: string, token: string) =>
    request(reef, "POST", `/api/organization-invitations/${id}/show`, { body: { token } });
  const codeOf = async ({ id, token }: { id: string; token: string }) => {
    const { status, body } = await show(id, token);
    return `${status} ${body.code}`;
  };

  it("the holder of the link learns who invites to what, as which address and until when, before signing in", async () => {
    const { id, token } = await inviteTo("new@reef.test");
    const { status, body, headers } = await show(id, token);
    assert.equal(status, 200, JSON.stringify(body));
    const { expiresAt, ...shown } = body;
    assert.deepEqual(shown, {
      organizationName: "Acme",
      inviterName: "Olga",
      role: "admin",
      email: "new@reef.test",
    });
    const { rows } = await sql<{ expires_at: Date }>`select expires_at from identity.invitations`.execute(
      database().kysely,
    );
    assert.equal(expiresAt, rows[0]?.expires_at.toISOString());
    assert.match(headers.get("cache-control") ?? "", /no-store/);
    assert.deepEqual((await show(id, token)).body, body, "it uses nothing up");
  });

  it("nobody else learns even that there is such an invitation", async () => {
    const [first, second] = [await inviteTo("new@reef.test"), await inviteTo("other@reef.test")];
    const unknown = (await show(NOBODY, first.token)).body;
    const wrong = [
      "0".repeat(64),
      second.token,
      first.token.slice(0, -1),
      `${first.token}0`,
      first.token.toUpperCase(),
      first.id,
    ];
    for (const token of wrong) {
      const { status, body } = await show(first.id, token);
      assert.equal(status, 404, token);
      assert.deepEqual({ ...body, instance: "", requestId: "" }, { ...unknown, instance: "", requestId: "" }, token);
    }
    assert.equal(unknown.code, "identity.invitation_not_found");
    for (const [id, body, status] of [
      [first.id, {}, 400],
      [first.id, { token: 7 }, 400],
      [first.id, { token: "x".repeat(129) }, 400],
      ["1", { token: first.token }, 404],
      [first.id.toUpperCase(), { token: first.token }, 404],
    ] as const) {
      const path = `/api/organization-invitations/${id}/show`;
      assert.equal((await request(reef, "POST", path, { body })).status, status, JSON.stringify([id, body]));
    }
  });

  it("a link that leads nowhere any more says why, to its holder alone", async () => {
    const [expired, withdrawn, older, accepted, declined] = [
      await inviteTo("expired@reef.test"),
      await inviteTo("withdrawn@reef.test"),
      await inviteTo("older@reef.test"),
      await inviteTo("accepted@reef.test"),
      await inviteTo("declined@reef.test"),
    ];
    await sql`update identity.invitations set expires_at = now() where id = ${expired.id}`.execute(database().kysely);
    await owner.post("/organization/cancel-invitation", { invitationId: withdrawn.id });
    const newer = await inviteTo("older@reef.test");
    for (const [email, answer, { id }] of [
      ["accepted@reef.test", "accept", accepted],
      ["declined@reef.test", "reject", declined],
    ] as const) {
      const browser = await newPerson(reef, email);
      assert.equal((await browser.post(`/organization/${answer}-invitation`, { invitationId: id })).status, 200);
    }
    assert.equal(await codeOf(expired), "410 identity.invitation_expired");
    assert.equal(await codeOf(withdrawn), "410 identity.invitation_withdrawn");
    assert.equal(await codeOf(older), "410 identity.invitation_withdrawn");
    assert.equal(await codeOf(accepted), "410 identity.invitation_answered");
    assert.equal(await codeOf(declined), "410 identity.invitation_answered");
    assert.equal((await show(newer.id, newer.token)).status, 200);
    for (const { id } of [expired, withdrawn, accepted]) {
      assert.equal(await codeOf({ id, token: newer.token }), "404 identity.invitation_not_found");
    }
  });

  it("an invitation of somebody who has left, or to an organization that is suspended, shows nothing", async () => {
    const admin = await newMember(reef, owner, { email: "admin@reef.test", role: "admin", organizationId });
    const left = await inviteTo("new@reef.test", admin, "member");
    assert.equal((await show(left.id, left.token)).body.inviterName, "Ada");
    await admin.post("/organization/leave", { organizationId });
    assert.equal(await codeOf(left), "410 identity.invitation_withdrawn");
    const suspended = await inviteTo("other@reef.test");
    await sql`update identity.organizations set suspended_at = now()`.execute(database().kysely);
    assert.equal(await codeOf(suspended), "403 identity.organization_suspended");
  });
});
