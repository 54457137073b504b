import assert from "node:assert/strict";
import { after, before, beforeEach, it } from "node:test";
import { type Id, newId } from "@reef/crypto";
import { describeEachDatabase } from "@reef/testing";
import { sql } from "kysely";
import type { Invoice } from "../contract/invoices.ts";
import type { Plan } from "../contract/plans.ts";
import { type BillingOverHttp, serveBilling, serverMigrations } from "../test/billing-over-http.ts";

describeEachDatabase("invoices over HTTP", serverMigrations, ({ database }) => {
  let billing: BillingOverHttp;
  let pro: Plan;

  before(async () => {
    billing = await serveBilling(database());
    pro = await billing.createPlan();
  });
  after(() => billing.stop());
  beforeEach(() => billing.empty());

  const ask = async (who: string, path: string) => (await billing.request(who, "GET", path)).body;
  const issue = async (organizationId: Id<"org"> = billing.organizationId): Promise<Invoice> => {
    await billing.assign(pro.id, organizationId);
    const [listed] = (await ask("operator", `/admin/invoices?organizationId=${organizationId}`)).items;
    const { organizationName, ...invoice } = listed;
    assert.equal(organizationName, billing.organizations.get(organizationId));
    return invoice;
  };
  const settle = (id: string, state: string) =>
    billing.request("operator", "POST", `/admin/invoices/${id}/settle`, { state });

  it("an invoice says who owes what for which month, and until when", async () => {
    const { id, ...rest } = await issue();
    assert.deepEqual(rest, {
      organizationId: billing.organizationId,
      number: "R-2027-0001",
      state: "open",
      paidBy: "operator",
      billedTo: "Acme",
      currency: "usd",
      lines: [
        {
          description: "Pro, one month",
          quantity: 1,
          amountCents: 4_900,
          periodStart: "2027-01-15T10:00:00.000Z",
          periodEnd: "2027-02-15T10:00:00.000Z",
        },
      ],
      subtotalCents: 4_900,
      taxCents: 0,
      totalCents: 4_900,
      failedPayments: 0,
      payUrl: null,
      issuedAt: "2027-01-15T10:00:00.000Z",
      dueAt: "2027-01-29T10:00:00.000Z",
      paidAt: null,
    });
    assert.deepEqual(await ask("admin", `/invoices/${id}`), { id, ...rest });
    assert.deepEqual(await ask("admin", "/invoices"), { items: [{ id, ...rest }], nextCursor: null, total: 1 });
  });

  it("numbers are gapless however many are issued at once, and begin anew with the year", async () => {
    const organizations = Array.from({ length: 12 }, (_, index) => billing.newOrganization(`Organization ${index}`));
    const unknown = newId("org");
    const answers = await Promise.all(
      [...organizations, unknown].map((id) =>
        billing.request("operator", "PUT", `/admin/organizations/${id}/subscription`, { planId: pro.id }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...organizations.map(() => 200), 404],
    );
    billing.clock.set("2028-01-01T00:00:00.000Z");
    await billing.assign(pro.id);
    const { rows } = await sql<{ number: string }>`select number from billing.invoices order by number`.execute(
      database().kysely,
    );
    const ofFirstYear = organizations.map((_, index) => `R-2027-${String(index + 1).padStart(4, "0")}`);
    assert.deepEqual(
      rows.map(({ number }) => number),
      [...ofFirstYear, "R-2028-0001"],
    );
  });

  it("a number that was taken in a transaction that is rolled back is given again", async () => {
    const first = await issue();
    await sql`alter table billing.invoices add constraint test_full check (billed_to <> 'Elsewhere')`.execute(
      database().kysely,
    );
    const failed = await billing.request("operator", "PUT", `/admin/organizations/${billing.foreignId}/subscription`, {
      planId: pro.id,
    });
    assert.equal(failed.status, 500);
    await sql`alter table billing.invoices drop constraint test_full`.execute(database().kysely);
    assert.deepEqual((await billing.request("stranger", "GET", "/subscription")).body.subscription, null);
    assert.deepEqual([first.number, (await issue(billing.foreignId)).number], ["R-2027-0001", "R-2027-0002"]);
  });

  it("an open one is settled once by an operator: paid, void or given up", async () => {
    const { id } = await issue();
    billing.clock.set("2027-01-20T10:00:00.000Z");
    assert.equal((await settle(id, "open")).status, 400);
    const paid = await settle(id, "paid");
    assert.deepEqual([paid.status, paid.body.state, paid.body.paidAt], [200, "paid", "2027-01-20T10:00:00.000Z"]);
    assert.deepEqual(await ask("admin", `/invoices/${id}`), paid.body);
    assert.equal(billing.recorded.at(-1)?.actor.organizationId, billing.organizationId);
    const again = await settle(id, "void");
    assert.deepEqual([again.status, again.body.code], [409, "billing.invoice_settled"]);
    const other = await issue(billing.foreignId);
    const lost = await settle(other.id, "uncollectible");
    assert.deepEqual([lost.body.state, lost.body.paidAt], ["uncollectible", null]);
    const unknown = await settle(newId("inv"), "paid");
    assert.deepEqual([unknown.status, unknown.body.code], [404, "billing.invoice_not_found"]);
  });

  it("Stripe's are not settled by hand", async () => {
    const { id } = await issue();
    await sql`update billing.invoices set paid_by = 'stripe'`.execute(database().kysely);
    const answer = await settle(id, "paid");
    assert.deepEqual([answer.status, answer.body.code], [409, "billing.paid_by_stripe"]);
  });

  it("admins see their organization's and no other's, members and agents none, operators all", async () => {
    const { id } = await issue();
    await issue(billing.foreignId);
    for (const path of [`/invoices/${id}`, `/invoices/${id}/pdf`]) {
      for (const [who, status] of Object.entries({ "": 401, ada: 403, member: 403, stranger: 404, admin: 200 })) {
        assert.equal((await billing.request(who, "GET", path)).status, status, `${who} ${path}`);
      }
    }
    for (const path of ["/invoices", "/invoices/export"]) {
      for (const [who, status] of Object.entries({ "": 401, ada: 403, member: 403, stranger: 200, owner: 200 })) {
        assert.equal((await billing.request(who, "GET", path)).status, status, `${who} ${path}`);
      }
    }
    assert.equal((await ask("stranger", "/invoices")).items[0].billedTo, "Elsewhere");
    for (const [who, status] of Object.entries({ "": 401, ada: 403, owner: 403, operator: 200 })) {
      assert.equal((await billing.request(who, "GET", "/admin/invoices")).status, status, who);
      assert.equal((await billing.request(who, "GET", `/admin/invoices/${id}/pdf`)).status, status, who);
      const settled = await billing.request(who, "POST", `/admin/invoices/${id}/settle`, { state: "paid" });
      assert.equal(settled.status, status, who);
    }
    const { items } = await ask("operator", "/admin/invoices");
    assert.deepEqual(
      items.map(({ organizationName, billedTo }: Record<string, string>) => organizationName === billedTo),
      [true, true],
    );
    const { pdf } = await ask("operator", `/admin/invoices/${id}/pdf`);
    assert.equal(Buffer.from(pdf, "base64").subarray(0, 5).toString(), "%PDF-");
    assert.equal((await ask("operator", "/admin/invoices")).total, 2);
    assert.equal((await ask("operator", "/admin/invoices?state=paid")).total, 1);
  });

  it("a list goes on where it ended, the newest first, and takes no other list's cursor", async () => {
    await billing.assign(pro.id);
    for (const month of ["02", "03", "04"]) {
      billing.clock.set(`2027-${month}-15T10:00:00.000Z`);
      await billing.turn();
    }
    const first = await ask("admin", "/invoices?limit=3");
    const rest = await ask("admin", `/invoices?limit=3&cursor=${first.nextCursor}`);
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ number }: Invoice) => number),
      ["R-2027-0004", "R-2027-0003", "R-2027-0002", "R-2027-0001"],
    );
    assert.deepEqual([first.total, rest.total, rest.nextCursor], [4, 4, null]);
    const foreign = await billing.request("admin", "GET", `/invoices/export?cursor=${first.nextCursor}`);
    assert.deepEqual([foreign.status, foreign.body.code], [400, "list.invalid_cursor"]);
  });

  it("an export is a CSV file, page by page, in which no name is a formula", async () => {
    billing.organizations.set(billing.organizationId, '=cmd|"/c calc"!A1, Inc');
    await billing.assign(pro.id);
    billing.organizations.set(billing.organizationId, "Acme");
    billing.clock.set("2027-02-15T10:00:00.000Z");
    await billing.turn();
    const records: string[] = [];
    let cursor: string | null = "";
    for (let pages = 0; cursor !== null; pages += 1) {
      const page: { items: string[]; nextCursor: string | null; total: number } = await ask(
        "admin",
        `/invoices/export?limit=2${cursor && `&cursor=${cursor}`}`,
      );
      assert.ok(pages < 3 && page.total === 3);
      records.push(...page.items);
      cursor = page.nextCursor;
    }
    assert.equal(records.length, 3);
    assert.match(records[0] ?? "", /^id,number,state,paidBy,billedTo,issuedAt,.*,totalCents,lines$/);
    assert.match(records[1] ?? "", /,R-2027-0001,open,operator,"'=cmd\|""\/c calc""!A1, Inc",2027-01-15T10/);
    assert.match(records[2] ?? "", /,R-2027-0002,open,operator,Acme,/);
  });

  it("a PDF comes under the invoice's number", async () => {
    const { id } = await issue();
    const { name, pdf } = await ask("admin", `/invoices/${id}/pdf`);
    assert.equal(name, "invoice-R-2027-0001.pdf");
    assert.equal(Buffer.from(pdf, "base64").subarray(0, 5).toString(), "%PDF-");
    const unknown = await billing.request("admin", "GET", `/invoices/${newId("inv")}/pdf`);
    assert.deepEqual([unknown.status, unknown.body.code], [404, "billing.invoice_not_found"]);
  });
});
