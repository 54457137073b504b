import assert from "node:assert/strict";
import { afterEach, beforeEach, it } from "node:test";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import { emptyReef, found, join, type RunningReef, startReef, testMigrations } from "../test-reef.ts";
import { openBrowser, PASSWORD, signIn } from "./test-browser.ts";

describeEachDatabase("the operator of a reef", testMigrations, ({ database }) => {
  let reef: RunningReef;

  beforeEach(async () => {
    await emptyReef(database());
    reef = await startReef({ database: database(), loops: false });
  });
  afterEach(() => reef.stop());

  const setUp = async (changes: object = {}) =>
    openBrowser(reef).post("/api/setup", {
      code: "0".repeat(64),
      name: "Olga",
      email: "Owner@Reef.test",
      password: PASSWORD,
      organizationName: "Acme",
      slug: "acme",
      ...changes,
    });
  const newCode = async () => {
    const code = await reef.identity.api.issueSetupCode();
    assert.match(code ?? "", /^[0-9a-f]{64}$/);
    return code;
  };
  const needsOperator = async () => (await openBrowser(reef).get("/api/sign-in")).body.needsOperator;

  it("the first person becomes the operator and an owner by the newest one-time link, and nobody else does", async () => {
    assert.equal(await needsOperator(), true);
    const old = await newCode();
    const code = await newCode();
    const { rows } = await sql`select * from identity.setup_codes`.execute(database().kysely);
    assert.equal(rows.length, 1);
    assert.ok(!JSON.stringify(rows).includes(code ?? "-"), "only a digest is stored");
    for (const wrong of [{}, { code: old }, { code: "x" }]) {
      const refused = await setUp(wrong);
      assert.deepEqual([refused.status, refused.body.code], [403, "identity.setup_refused"]);
    }
    assert.equal((await setUp({ code, password: "too short" })).body.code, "identity.password_too_weak");
    assert.equal((await setUp({ code, slug: "admin" })).status, 400);
    const done = await setUp({ code });
    assert.equal(done.status, 201, JSON.stringify(done.body));
    assert.deepEqual(
      [done.body.isOperator, done.body.organization.slug, done.body.organization.role],
      [true, "acme", "owner"],
    );
    assert.equal((await setUp({ code, email: "eve@reef.test", slug: "evil" })).body.code, "identity.setup_refused");
    assert.equal(await reef.identity.api.issueSetupCode(), undefined, "there is an operator");
    assert.equal(await needsOperator(), false);
    const browser = await signIn(reef, "owner@reef.test");
    const { body } = await browser.get("/api/account");
    assert.deepEqual([body.isOperator, body.person.emailVerified, body.memberships.length], [true, true, 1]);
  });

  it("of two who open the link at once one gets in, and nothing is left of the other", async () => {
    const code = await newCode();
    const answers = await Promise.all([
      setUp({ code, email: "one@reef.test", slug: "one" }),
      setUp({ code, email: "two@reef.test", slug: "two" }),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 403]);
    for (const table of ["people", "operators", "organizations", "members", "accounts"]) {
      const { rows } = await sql`select 1 from ${sql.table(`identity.${table}`)}`.execute(database().kysely);
      assert.equal(rows.length, 1, table);
    }
  });

  it("the organization that agents have founded is the operator's from then on, with its name", async () => {
    const founder = await found(reef);
    const { body } = await setUp({ code: await newCode() });
    assert.equal(body.organization.organizationId, founder.agent.organizationId);
    const { rows } =
      await sql`select name, slug, founder_agent_id is not null as founded from identity.organizations`.execute(
        database().kysely,
      );
    assert.deepEqual(rows, [{ name: "Acme", slug: "acme", founded: true }]);
  });

  it("who holds the founding voucher joins the organization that the operator has made meanwhile", async () => {
    const voucher = (await reef.identity.api.issueFoundingVoucher()) ?? "";
    const { body } = await setUp({ code: await newCode() });
    const agent = await join(reef, voucher);
    assert.equal(agent.agent.organizationId, body.organization.organizationId);
    assert.equal(await reef.identity.api.issueFoundingVoucher(), undefined);
    const { rows } = await sql`select 1 from identity.organizations`.execute(database().kysely);
    assert.equal(rows.length, 1);
  });

  it("the founding of an organization and the setup at the same moment end in one organization", async () => {
    const voucher = (await reef.identity.api.issueFoundingVoucher()) ?? "";
    const code = await newCode();
    const [agent, done] = await Promise.all([join(reef, voucher), setUp({ code })]);
    assert.equal(agent.agent.organizationId, done.body.organization.organizationId);
    const { rows } = await sql`select slug from identity.organizations`.execute(database().kysely);
    assert.deepEqual(rows, [{ slug: "acme" }]);
  });

  it("a slug or an address that is taken leaves the link as it was", async () => {
    await sql`
      insert into identity.people (id, name, email, created_at, updated_at)
      values ('01a1fd90-dbd9-7996-8b22-37ccf7b21836', 'Eve', 'eve@reef.test', now(), now())`.execute(database().kysely);
    await sql`
      insert into identity.organizations (id, name, slug, created_at)
      values ('01a1fd90-dbd9-7996-8b22-37ccf7b21837', 'One', 'taken', now()), ('01a1fd90-dbd9-7996-8b22-37ccf7b21838', 'Two', 'two', now())`.execute(
      database().kysely,
    );
    const code = await newCode();
    assert.equal((await setUp({ code, slug: "taken" })).body.code, "identity.slug_taken");
    assert.equal((await setUp({ code, email: "EVE@reef.test" })).body.code, "identity.address_taken");
    assert.equal((await setUp({ code })).status, 201);
  });
});
