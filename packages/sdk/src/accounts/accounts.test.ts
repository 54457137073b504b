import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ReefError } from "../errors.ts";
import { type Answer, problem, type SeenRequest, type StandIn, startStandIn } from "../stand-in.ts";
import { createAccounts } from "./create-accounts.ts";

describe("the client of accounts", () => {
  let server: StandIn;
  afterEach(() => server.close());

  async function accountsThatAnswer(...answers: (Answer | undefined)[]) {
    let count = 0;
    server = await startStandIn(() => answers[Math.min(count++, answers.length - 1)]);
    return createAccounts({ url: server.url });
  }

  it("signs in, and tells when a code is needed as well", async () => {
    const accounts = await accountsThatAnswer(
      { json: { user: {} } },
      { json: { twoFactorRedirect: true } },
      { json: {} },
    );
    const input = { email: "ada@example.com", password: "a long enough password" };
    assert.deepEqual(await accounts.signIn(input), { isTwoFactorNeeded: false });
    assert.deepEqual(await accounts.signIn(input), { isTwoFactorNeeded: true });
    await accounts.verifyTotp({ code: "123456", trustDevice: true });
    const [signIn, , code] = server.seen as [SeenRequest, SeenRequest, SeenRequest];
    assert.deepEqual(
      [signIn.method, signIn.path, signIn.body],
      ["POST", "/api/auth/sign-in/email", JSON.stringify(input)],
    );
    assert.deepEqual(
      [code.path, code.body],
      ["/api/auth/two-factor/verify-totp", '{"code":"123456","trustDevice":true}'],
    );
  });

  it("tells nobody from somebody", async () => {
    const accounts = await accountsThatAnswer({ text: "null" }, { json: { user: { id: "usr_1", name: "Ada" } } });
    assert.equal(await accounts.getPerson(), null);
    assert.equal((await accounts.getPerson())?.name, "Ada");
  });

  it("tells a refusal as the reef's other errors, and sends no password a second time", async () => {
    const accounts = await accountsThatAnswer(problem(401, "identity.wrong_password"), undefined);
    const input = { email: "ada@example.com", password: "x" };
    await assert.rejects(accounts.signIn(input), (error: unknown) => {
      assert.ok(error instanceof ReefError);
      assert.deepEqual(
        [error.code, error.status, error.detail],
        ["identity.wrong_password", 401, "Do something else."],
      );
      return true;
    });
    await assert.rejects(accounts.signIn(input), { code: "network", status: 0 });
    assert.equal(server.seen.length, 2);
  });

  it("asks again for what only reads", async () => {
    const accounts = await accountsThatAnswer(undefined, { json: [] });
    assert.deepEqual(await accounts.listSessions(), []);
    assert.equal(server.seen.length, 2);
  });

  it("puts what names a thing into the query of a read", async () => {
    const accounts = await accountsThatAnswer({ json: { members: [], total: 0 } });
    await accounts.listMembers({ organizationId: "org_1", offset: 100 });
    assert.equal(server.seen[0]?.path, "/api/auth/organization/list-members?organizationId=org_1&limit=100&offset=100");
  });

  it("names an organization by the UUID in its id, wherever one is named", async () => {
    const accounts = await accountsThatAnswer({ json: { members: [], total: 0 } });
    const organizationId = "org_01h455vb4pex5vsknk084sn02q";
    const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
    await accounts.listMembers({ organizationId, role: "owner", limit: 1 });
    await accounts.invite({ organizationId, email: "ada@example.com", role: "member" });
    await accounts.createApiKey({ name: "report", expiresInSeconds: null, organizationId, scopes: ["diary:read"] });
    await accounts.leaveOrganization(organizationId);
    const [list, ...changes] = server.seen as [SeenRequest, ...SeenRequest[]];
    assert.equal(
      list.path,
      `/api/auth/organization/list-members?organizationId=${uuid}&limit=1&offset=0&filterField=role&filterValue=owner`,
    );
    assert.deepEqual(
      changes.map(({ body }) => JSON.parse(body)),
      [
        { organizationId: uuid, email: "ada@example.com", role: "member" },
        { name: "report", expiresIn: null, organizationId: uuid, scopes: ["diary:read"] },
        { organizationId: uuid },
      ],
    );
  });

  it("tells a free name from a taken one, and a taken one from a fault", async () => {
    const accounts = await accountsThatAnswer(
      { json: { status: true } },
      problem(400, "account.invalid_slug"),
      problem(409, "account.organization_slug_already_taken"),
      problem(403, "x"),
    );
    assert.equal(await accounts.isSlugFree("coral-lab"), true);
    assert.equal(await accounts.isSlugFree("admin"), false);
    assert.equal(await accounts.isSlugFree("coral-lab"), false);
    await assert.rejects(accounts.isSlugFree("coral-lab"), { status: 403 });
  });

  it("sends a program's token, and no cookies with it", async () => {
    server = await startStandIn(() => ({ json: [] }));
    const told: RequestInit[] = [];
    const spy: typeof fetch = (input, init) => {
      told.push(init ?? {});
      return fetch(input, init);
    };
    await createAccounts({ url: server.url, token: "session", fetch: spy }).listSessions();
    await createAccounts({ url: server.url, fetch: spy }).listSessions();
    assert.deepEqual(
      told.map(({ credentials }) => credentials),
      [undefined, "same-origin"],
    );
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.authorization),
      ["Bearer session", undefined],
    );
  });

  it("says that a program has no passkeys", async () => {
    const accounts = await accountsThatAnswer({ json: { challenge: "AA" } });
    assert.equal(accounts.arePasskeysSupported(), false);
    await assert.rejects(accounts.signInWithPasskey(), { code: "sdk.passkey_failed" });
  });
});
