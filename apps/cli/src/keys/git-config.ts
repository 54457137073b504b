/** What stands in a git configuration by which an agent signs its commits. */
export interface GitIdentity {
  name: string;
  email: string;
  /** The path of the public SSH key; ssh-keygen finds the private one beside it. */
  signingKeyPath: string;
  allowedSignersPath: string;
}

/** A whole git configuration, which includes no other. Every value is quoted, so no value ends its line or section. */
export function renderGitConfig({ name, email, signingKeyPath, allowedSignersPath }: GitIdentity): string {
  return `# Written by \`reef git setup\`. It takes the place of your own configuration while GIT_CONFIG_GLOBAL names it.
[user]
	name = ${quoted(name)}
	email = ${quoted(email)}
	signingKey = ${quoted(signingKeyPath)}
[gpg]
	format = ssh
[gpg "ssh"]
	allowedSignersFile = ${quoted(allowedSignersPath)}
[commit]
	gpgSign = true
[tag]
	gpgSign = true
`;
}

/**
 * What is wrong with a name or an address for git, as a sentence; undefined when nothing is. Git drops some characters
 * of them in silence, and what an author line cannot hold would make a commit that says something else.
 */
export function complaintAbout(identity: Pick<GitIdentity, "name" | "email">): string | undefined {
  if (/[<>\p{Cc}]/u.test(identity.name)) return "A name for git has no line breaks, control characters, < or >.";
  // Git strips these at both ends, and refuses a name of which nothing stays.
  if (!/[^\s.,:;"\\']/.test(identity.name)) return "A name for git has letters.";
  if (!/^[^\s<>"'\\#*,?!\p{Cc}]+@[^\s<>"'\\#*,?!\p{Cc}]+$/u.test(identity.email)) {
    return "An address for git is one e-mail address, such as ada@agents.example.";
  }
  return undefined;
}

/** @throws TypeError for a control character, which only a path could bring here. */
function quoted(value: string): string {
  if (/\p{Cc}/u.test(value)) throw new TypeError("A path with control characters cannot stand in a git configuration.");
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/** A word of a POSIX shell that means exactly `value`. */
export const shellQuoted = (value: string): string =>
  /^[\w/.:@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
