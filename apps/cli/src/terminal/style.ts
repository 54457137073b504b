/** Ways to set a text apart; each gives it back unchanged where the output is no terminal or `NO_COLOR` is set. */
export interface Style {
  /** Whether there are colours and such at all. */
  readonly isColoured: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const between = (on: string, off: string) => (text: string) =>
  text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
const same = (text: string) => text;

const plain: Style = { isColoured: false, bold: same, dim: same, good: same, bad: same };

const coloured: Style = {
  isColoured: true,
  bold: between("1", "22"),
  dim: between("2", "22"),
  good: between("32", "39"),
  bad: between("31", "39"),
};

/** The style of a stream. */
export const styleFor = (isColoured: boolean): Style => (isColoured ? coloured : plain);
