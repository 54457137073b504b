/** Turns tools/boundaries.json into rules of dependency-cruiser; a new edge is one line there. */
import { readFileSync } from "node:fs";

const { modules, platform } = JSON.parse(readFileSync(new URL("./boundaries.json", import.meta.url), "utf8"));

/** A package of `folder` may depend on itself and on the packages that its list names. */
const edges = (folder, allowed) =>
  Object.entries(allowed).map(([name, others]) => ({
    name: `${folder}-${name}`,
    severity: "error",
    comment: `${folder}/${name} may import, of ${folder}, only: ${others.join(", ") || "nothing"} (tools/boundaries.json)`,
    from: { path: `^${folder}/${name}/` },
    to: { path: `^${folder}/`, pathNot: `^${folder}/(${[name, ...others].join("|")})/` },
  }));

const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const tests = "[.]test[.]ts$|/test(ing)?/";

/** @type {import("dependency-cruiser").IConfiguration} */
const configuration = {
  forbidden: [
    ...edges("modules", modules),
    ...edges("platform", platform).map((rule) => ({ ...rule, from: { ...rule.from, pathNot: tests } })),
    forbid(
      "unlisted-module",
      "Every module stands in tools/boundaries.json",
      { path: `^modules/(?!(${Object.keys(modules).join("|")})/)` },
      {},
    ),
    forbid(
      "inside-of-another-module",
      "A module is seen through its index and its contract only",
      { path: "^modules/([^/]+)/" },
      { path: "^modules/", pathNot: ["^modules/$1/", "^modules/[^/]+/src/(index|contract)[.]ts$"] },
    ),
    forbid(
      "instance-of-another-module",
      "Another module's API is imported as a type; the instance arrives in deps",
      { path: "^modules/([^/]+)/", pathNot: tests },
      { path: "^modules/[^/]+/src/index[.]ts$", pathNot: "^modules/$1/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "platform-knows-no-module",
      "Platform says how, never what",
      { path: "^platform/" },
      { path: "^(modules|apps|packages)/" },
    ),
    forbid(
      "clients-talk-http",
      "Console, CLI and packages use the REST API only",
      { path: "^(packages|apps/(cli|console))/" },
      { path: "^(modules|platform|apps/server)/" },
    ),
    forbid(
      "modules-know-no-client",
      "Of packages, modules use only the formats that both sides compute alike",
      { path: "^modules/", pathNot: tests },
      { path: "^packages/", pathNot: "^packages/proofs/" },
    ),
    forbid(
      "routes-use-the-service",
      "Routes never touch the store",
      { path: "/routes[.]ts$" },
      { path: "/store([.]ts|/)" },
    ),
    forbid(
      "store-is-the-bottom",
      "The store imports nothing above it",
      { path: "^modules/[^/]+/src/store([.]ts|/)", pathNot: tests },
      { path: "/(service([.]ts|/)|routes[.]ts|workflows[.]ts|module[.]ts)" },
    ),
    forbid(
      "rules-see-no-http",
      "Service, store and workflows never see HTTP",
      { path: "^modules/[^/]+/src/(service|store|workflows)([.]ts|/)", pathNot: tests },
      { path: "^platform/http/src/", pathNot: "^platform/http/src/(call|contract|csv)[.]ts$" },
    ),
    forbid("no-circle", "A circle has no first file to read", {}, { circular: true }),
    forbid("resolvable", "Every import leads somewhere", {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/(generated|dist)/" },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};

export { configuration as default };
