import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Command, Option, Surface } from "./surface.ts";

/** A skill's text: the frontmatter as it was parsed, and the Markdown behind it. */
interface SkillText {
  frontmatter: Record<string, unknown>;
  body: string;
}

/**
 * What is wrong with a skill, each fault in a line: its frontmatter (https://agentskills.io/specification), and every
 * command, tool, problem and link that it speaks of and that there is not.
 */
export function findFaults(text: string, folder: string, surface: Surface): string[] {
  const skill = readSkill(text);
  if (typeof skill === "string") return [skill];
  return [
    ...frontmatterFaults(skill.frontmatter, folder.split("/").at(-1) ?? ""),
    ...commandsIn(skill.body).flatMap((command) => commandFaults(command, surface.program)),
    ...namesIn(skill.body).flatMap((name) => nameFaults(name, surface)),
    ...linkFaults(skill.body, folder),
    ...(text.split("\n").length > 500
      ? ["It has more than 500 lines; move what is rarely needed into a file of its own."]
      : []),
  ];
}

function readSkill(text: string): SkillText | string {
  const [, yaml, body] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];
  if (yaml === undefined || body === undefined) return "It does not begin with frontmatter between two lines of ---.";
  try {
    const frontmatter: unknown = parse(yaml);
    if (typeof frontmatter !== "object" || frontmatter === null) return "The frontmatter is empty.";
    return { frontmatter: frontmatter as Record<string, unknown>, body };
  } catch (error) {
    return `The frontmatter is not YAML: ${(error as Error).message}`;
  }
}

const KEYS = new Set(["name", "description", "license", "compatibility", "metadata", "allowed-tools"]);

function frontmatterFaults(frontmatter: Record<string, unknown>, folderName: string): string[] {
  const { name, description, compatibility } = frontmatter;
  const isText = (value: unknown, most: number) => typeof value === "string" && value !== "" && value.length <= most;
  return [
    ...Object.keys(frontmatter).flatMap((key) => (KEYS.has(key) ? [] : [`The frontmatter has no key ${key}.`])),
    ...(isText(name, 64) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(String(name))
      ? []
      : ["The name is not in lower kebab-case."]),
    ...(name === folderName ? [] : [`The name is not that of its folder, ${folderName}.`]),
    ...(isText(description, 1024) ? [] : ["The description has 1 to 1024 characters."]),
    ...(compatibility === undefined || isText(compatibility, 500)
      ? []
      : ["The compatibility has 500 characters at most."]),
  ];
}

/** Command lines in code: in spans, and in blocks. */
function commandsIn(body: string): string[] {
  const code = [...blocksOf(body).flatMap((block) => block.split("\n")), ...spansOf(body)];
  return code.map((line) => line.trim().replace(/^(\$ )?(npx )?/, "")).filter((line) => /^reef( |$)/.test(line));
}

/** Names in code that look like those of a tool, a resource or a problem. */
const namesIn = (body: string): string[] =>
  spansOf(body).filter((span) => /^[a-z]+(_[a-z]+)+$|^reef:\/\/|^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(span));

const blocksOf = (body: string): string[] =>
  Array.from(body.matchAll(/^```\w*\n([\s\S]*?)^```$/gm), ([, code = ""]) => code);
const spansOf = (body: string): string[] =>
  Array.from(body.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g), ([, code = ""]) => code);

function nameFaults(name: string, { mcpNames, problemCodes }: Surface): string[] {
  if (name.includes(".")) return problemCodes.has(name) || existsInProse(name) ? [] : [`There is no problem ${name}.`];
  return mcpNames.has(name) ? [] : [`There is no tool, prompt or resource ${name}.`];
}

/** File names look like problems. */
const existsInProse = (name: string): boolean => /\.(md|json|toml|env)$/.test(name);

/** Whether the program has a command like this: its words, its options, and all options that it must have. */
function commandFaults(line: string, program: Command): string[] {
  const [, ...words] = line.split(/\s[<>|]\s/)[0]?.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  let command = program;
  while (words[0] !== undefined && command.commands.length > 0) {
    const next = command.commands.find((candidate) => candidate.name() === words[0]);
    if (next === undefined) return [`${line}: there is no command ${words[0]}.`];
    command = next;
    words.shift();
  }
  const faults: string[] = [];
  const options = [...command.options, ...program.options];
  const given = new Set<Option>();
  for (const [index, word] of words.entries()) {
    if (!/^--?[a-z]/.test(word)) continue;
    const option = options.find(({ long, short }) => long === word || short === word);
    if (option === undefined) faults.push(`${line}: there is no option ${word}.`);
    else {
      given.add(option);
      const value = words[index + 1] ?? "";
      if (option.argChoices !== undefined && !option.argChoices.includes(value))
        faults.push(`${line}: ${word} takes no ${value}.`);
    }
  }
  // A command that is only named, as in prose, needs no options; one that is shown has to work as it stands.
  const missing = words.length === 0 ? [] : command.options.filter((option) => option.mandatory && !given.has(option));
  return [...faults, ...missing.map(({ long }) => `${line}: the option ${long} is missing.`)];
}

function linkFaults(body: string, folder: string): string[] {
  const headings = new Set(Array.from(body.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => anchorOf(heading)));
  return Array.from(body.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link).flatMap((link) => {
    if (link.startsWith("https://")) return [];
    if (link.startsWith("#")) return headings.has(link.slice(1)) ? [] : [`There is no heading ${link}.`];
    const path = link.split("#")[0] ?? "";
    if (path.startsWith("/") || path.split("/").includes("..")) return [`${link} leads out of the skill.`];
    return existsSync(join(folder, path)) ? [] : [`There is no file ${link}.`];
  });
}

/** The anchor that Markdown readers give a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, "")
    .replaceAll(" ", "-");
