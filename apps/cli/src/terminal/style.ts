/** Ways to set a text apart; each gives it back unchanged where the output is no terminal or `NO_COLOR` is set. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** One of the 256 colours of a terminal. */
  colour(text: string, index: number): string;
}

const between = (on: string, off: string) => (text: string) =>
  text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
const same = (text: string) => text;

const plain: Style = { bold: same, dim: same, good: same, bad: same, colour: same };

const coloured: Style = {
  bold: between("1", "22"),
  dim: between("2", "22"),
  good: between("32", "39"),
  bad: between("31", "39"),
  colour: (text, index) => between(`38;5;${index}`, "39")(text),
};

/** The style of a stream. */
export const styleFor = (isColoured: boolean): Style => (isColoured ? coloured : plain);
