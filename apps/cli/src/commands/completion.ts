import type { Command } from "commander";
import type { Context } from "../context.ts";
import { CommandError, exitCodes } from "../failures.ts";

/** What may follow the words so far: at the start `""`, behind a noun `diary`, behind a command `diary create`. */
type Candidates = readonly (readonly [words: string, candidates: readonly string[]])[];

/** `reef completion SHELL`: the scripts come from the program's own table of commands, so they cannot fall behind it. */
export async function completion({ output }: Context, program: Command, shell: string): Promise<void> {
  const render = scripts[shell];
  if (render === undefined) {
    throw new CommandError(
      exitCodes.wrongUse,
      `There is no completion for ${shell}.`,
      `Name one of ${Object.keys(scripts).join(", ")}.`,
    );
  }
  const script = render(candidatesOf(program));
  output.result({ shell, script }, script);
}

function candidatesOf(program: Command): Candidates {
  const globals = optionsOf(program);
  const walk = (command: Command, path: string): Candidates => {
    const children = command.commands.map((child) => child.name());
    const own = path === "" ? globals : [...optionsOf(command), ...globals];
    const below = command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim()));
    return [[path, [...children, ...own, "--help"]], ...below];
  };
  return walk(program, "");
}

const optionsOf = (command: Command): string[] => command.options.flatMap((option) => option.long ?? []);

/** The longest words come first: what stands behind a command is no longer looked up as its noun. */
const cases = (candidates: Candidates, render: (words: string) => string): string =>
  candidates
    .toReversed()
    .map(([path, words]) => `    "${path}"${path === "" ? "" : `|"${path} "*`}) ${render(words.join(" "))} ;;`)
    .join("\n");

const scripts: Readonly<Record<string, (candidates: Candidates) => string>> = {
  bash: (candidates) => `_reef() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || path="\${path:+$path }$word"
  done
  case "$path" in
${cases(candidates, (words) => `words="${words}"`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _reef reef`,
  zsh: (candidates) => `#compdef reef
_reef() {
  local path_so_far="\${(j: :)\${(@)words[2,CURRENT-1]:#-*}}"
  case "$path_so_far" in
${cases(candidates, (words) => `compadd -- ${words}`)}
  esac
}
compdef _reef reef`,
  fish: (candidates) =>
    [
      "function __reef_words",
      "  string join ' ' (commandline -opc | string match -v -- '-*')[2..-1]",
      "end",
      ...candidates.map(([path, words]) => {
        const condition =
          path === "" ? "test -z (__reef_words | string collect -a)" : `string match -q -- '${path}*' (__reef_words)`;
        return `complete -c reef -f -n "${condition}" -a "${words.join(" ")}"`;
      }),
    ].join("\n"),
};
