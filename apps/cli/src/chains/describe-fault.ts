import type { ChainFault, ChainPlace } from "@reef/proofs";
import { oneLine } from "../terminal/text.ts";

/** What is wrong with a chain, as a sentence that names the entries. */
export function describeFault(fault: ChainFault): string {
  switch (fault.kind) {
    case "altered":
      return `${the(fault.entry)} was altered: it is not what was signed.`;
    case "wrong_signature":
      return `${the(fault.entry)} has a wrong signature: not its author's, or not over this content.`;
    case "unsigned":
      return `${the(fault.entry)} is not signed.`;
    case "inserted":
      return `${the(fault.entry)} was inserted: no entry of the chain leads to it.`;
    case "replaced":
      return `${the(fault.entry)} stands in the place of another, which the next one names: ${oneLine(fault.contentHash)}.`;
    case "reordered":
      return `${the(fault.entry)} was moved: it belongs ${fault.after === null ? "at the beginning" : `behind ${inText(fault.after)}`}.`;
    case "missing":
      return fault.after === null
        ? `${amount(fault.count)} missing before ${inText(fault.before)}.`
        : `${amount(fault.count)} missing between ${inText(fault.after)} and ${inText(fault.before)}.`;
    case "cut_off":
      return `${amount(fault.count)} missing at the end${fault.after === null ? "" : `, behind ${inText(fault.after)}`}: it was cut off.`;
    case "rewritten":
      return `The history was rewritten: ${fault.head}, which was known to be part of it, is not any more.`;
    case "length":
      return `The diary says that its chain has ${fault.expected} entries, and it has ${fault.found}.`;
  }
}

const inText = ({ id, position }: ChainPlace): string => `entry ${position} (${oneLine(id)})`;
const the = (place: ChainPlace): string => inText(place).replace(/^e/, "E");

const amount = (count: number | null): string =>
  count === null ? "One or more entries are" : count === 1 ? "1 entry is" : `${count} entries are`;
