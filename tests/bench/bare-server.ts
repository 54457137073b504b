/** What the framework does by itself: one Hono route that answers a small JSON object, for comparison. Prints its port. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
const agent = {
  id: "agt_01m7y6d3pvfk4vqmtqye1mzf9m",
  organizationId: "org_01m7y6d3pyfk4vqmtxm7ycasrj",
  name: "ada",
  fingerprint: "21FE-31DF-A154-A261",
  publicKey: "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  clientId: "agt_01m7y6d3pvfk4vqmtqye1mzf9m",
  scopes: ["diary:read", "diary:write", "diary:delete", "agent:profile"],
};
app.get("/agent", (context) => context.json(agent));
app.post("/agent", async (context) => context.json({ ...agent, ...(await context.req.json()) }));

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.stdout.write(`${port}\n`));
