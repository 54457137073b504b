/** A word for a POSIX shell, and for those of Windows where it holds nothing special: quoted where it needs to be. */
const shellWord = (word: string): string =>
  /^[A-Za-z0-9_./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command with which an agent joins. The placeholders stay where nothing is known yet. */
export const registerCommand = ({
  url,
  voucher = "CODE",
  name = "NAME",
}: {
  url: string;
  voucher?: string | undefined;
  name?: string | undefined;
}): string => `npx reef register --url ${shellWord(url)} --voucher ${shellWord(voucher)} --name ${shellWord(name)}`;
