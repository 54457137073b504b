/** Writes docs/reference/settings.md from the schemas of all settings; `--check` only tells whether it is up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { allSettings } from "@reef/server/settings";
import { z } from "zod";

const file = new URL("../../docs/reference/settings.md", import.meta.url);

interface SettingDocument {
  description?: string;
  enum?: unknown[];
}

const rows = Object.entries(allSettings).map(([name, schema]) => {
  const document = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as SettingDocument;
  const unset = schema.safeParse(undefined);
  const standard = unset.success && `${unset.data ?? ""}` !== "" ? `\`${unset.data}\`` : "";
  const values = document.enum ? ` (${document.enum.join(", ")})` : "";
  return `| \`${name}\` | ${standard} | ${document.description ?? ""}${values} |`;
});

const page = `# Settings

Environment variables of the server (\`npm start\`). Every wrong one is named at start, all at once. This page is generated
from the schemas in the code: \`npm run generate\`.

| variable | default | meaning |
|---|---|---|
${rows.join("\n")}
`;

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== page) {
    process.stderr.write("docs/reference/settings.md is out of date; run npm run generate.\n");
    process.exit(1);
  }
} else {
  writeFileSync(file, page);
}
