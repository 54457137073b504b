/** `npm run new:module NAME`: writes the skeleton of a module, ready for its first route. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [name] = process.argv.slice(2);

if (name === undefined || !/^[a-z][a-z0-9]*$/.test(name)) {
  process.stderr.write("Name the module in one lower-case word: npm run new:module schedules\n");
  process.exit(2);
}
const folder = join(root, "modules", name);
if (existsSync(folder)) {
  process.stderr.write(`modules/${name} exists already.\n`);
  process.exit(1);
}

const title = name.charAt(0).toUpperCase() + name.slice(1);
const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 12);
const version = (
  JSON.parse(readFileSync(join(root, "modules/memory/package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  }
).dependencies;
const dependencies = Object.fromEntries(
  ["@reef/db", "@reef/errors", "@reef/http", "kysely"].map((dependency) => [dependency, version[dependency]]),
);

const files: Record<string, string> = {
  "package.json": `${JSON.stringify(
    {
      name: `@reef/${name}`,
      version: "0.1.0",
      private: true,
      license: "Apache-2.0",
      type: "module",
      exports: { ".": "./src/index.ts", "./contract": "./src/contract.ts" },
      dependencies,
    },
    null,
    2,
  )}\n`,
  "README.md": `# ${name}\n\nWhat it is for, in one sentence.\n\n- **Tables** (schema \`${name}\`): none yet\n- **Endpoints**: see \`src/contract.ts\`\n- **Events**: none yet\n- **Invariants**: what always holds\n- **Failure modes**: what may go wrong, and what happens then\n`,
  "src/index.ts": `/** ${title}. */\nexport { ${name}Errors } from "./errors.ts";\nexport { ${name}Migrations } from "./migrations/index.ts";\nexport { create${title}Module, type ${title}Module } from "./module.ts";\n`,
  "src/module.ts": `import { create${title}Routes } from "./routes.ts";\nimport { create${title}Service } from "./service.ts";\n\n/** Puts the module together. */\nexport function create${title}Module() {\n  const service = create${title}Service();\n  return { api: service, routes: create${title}Routes(service) };\n}\n\nexport type ${title}Module = ReturnType<typeof create${title}Module>;\n`,
  "src/contract.ts": `import { defineContract } from "@reef/http/contract";\n\n/** The routes of ${name}. */\nexport const ${name}Contract = defineContract({\n  module: "${name}",\n  title: "${title}",\n  routes: {},\n});\n`,
  "src/routes.ts": `import { implement, type MountedRoute } from "@reef/http";\nimport { ${name}Contract } from "./contract.ts";\nimport type { ${title}Service } from "./service.ts";\n\n/** What answers each route of the contract. */\nexport const create${title}Routes = (_${name}: ${title}Service): MountedRoute[] => implement(${name}Contract, {});\n`,
  "src/service.ts": `/** The rules of ${name}. */\nexport const create${title}Service = () => ({});\n\nexport type ${title}Service = ReturnType<typeof create${title}Service>;\n`,
  "src/errors.ts": `import { defineErrors } from "@reef/errors";\n\nexport const ${name}Errors = defineErrors("${name}", {\n  not_found: { status: 404, title: "Not found", public: "There is no such thing, or you may not see it." },\n});\n`,
  "src/migrations/index.ts": `import type { Migrations } from "@reef/db";\nimport * as create${title} from "./${stamp}-create-${name}.ts";\n\n/** The module's migrations, in order. */\nexport const ${name}Migrations: Migrations = {\n  "${stamp}-create-${name}": create${title},\n};\n`,
  [`src/migrations/${stamp}-create-${name}.ts`]: `import { type Kysely, sql } from "kysely";\n\nexport async function up(db: Kysely<never>): Promise<void> {\n  await sql\`create schema ${name}\`.execute(db);\n}\n`,
};

for (const [path, text] of Object.entries(files)) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const boundaries = join(root, "tools/boundaries.json");
const edges = JSON.parse(readFileSync(boundaries, "utf8")) as { modules: Record<string, string[]> };
edges.modules[name] = [];
writeFileSync(boundaries, `${JSON.stringify(edges, null, 2)}\n`);
spawnSync("biome", ["check", "--write", folder, boundaries], { stdio: ["ignore", "ignore", "inherit"] });

process.stdout.write(
  `modules/${name} is there. Now: npm install; add its edges to tools/boundaries.json; compose it in apps/server/src: open-modules.ts, serve-reef.ts (routes, problems), start-reef.ts (loops), contracts.ts and migrations.ts.\n`,
);
