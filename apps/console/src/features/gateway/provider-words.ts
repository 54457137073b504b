import type { Price, ProviderTest } from "@reef/sdk";
import { counted, formatDollars, formatMs } from "../../ui/amounts.ts";

/** What came of asking a provider, in words. */
export function describeTest({ ok, models, latencyMs, problem }: ProviderTest): string {
  if (!ok) return problem ?? "It did not answer as it should.";
  const answered = `It answers, in ${formatMs(latencyMs)}`;
  return models.length === 0 ? `${answered}.` : `${answered}, and lists ${counted(models.length, "model", "models")}.`;
}

/** A price in words: "$3.00 in, $15.00 out". */
export const describePrice = ({ inputMicros, outputMicros }: Price): string =>
  `${formatDollars(inputMicros)} in, ${formatDollars(outputMicros)} out`;

/** Names of models as somebody wrote them, one a line: trimmed, each once. */
export const namesOf = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];
