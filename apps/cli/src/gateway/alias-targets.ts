import type { Alias, Reef } from "@reef/sdk";
import { CommandError, exitCodes } from "../failures.ts";
import { oneLine } from "../terminal/text.ts";
import { getProvider } from "./find.ts";

type Target = Alias["targets"][number];

/** One model as somebody wrote it: `openai/gpt-5-mini`, or the name alone where only one provider has it. */
export interface WrittenTarget {
  /** The provider's slug or id; undefined where the name alone was written. */
  provider: string | undefined;
  model: string;
  weight: number;
}

const MOST_CANDIDATES = 100;

/**
 * What an alias leads to: each step is for where the one before fails; the calls of a step are shared by weight.
 *
 * @throws CommandError when there is no such provider, or several have the model.
 */
export async function findTargets(reef: Reef, steps: readonly (readonly WrittenTarget[])[]): Promise<Target[]> {
  const targets: Target[] = [];
  for (const [order, step] of steps.entries()) {
    for (const written of step) {
      targets.push({ ...(await findModel(reef, written)), order, weight: written.weight });
    }
  }
  return targets;
}

async function findModel(
  reef: Reef,
  { provider, model }: WrittenTarget,
): Promise<Pick<Target, "providerId" | "model">> {
  const { items } = await reef.gateway.listModels({ nameContains: model.slice(0, 100), limit: MOST_CANDIDATES });
  // A model's own name may have a stroke in it: `meta/llama-4`.
  const whole = provider === undefined ? model : `${provider}/${model}`;
  const [found, ...others] = items.filter(({ id, name }) => id === whole || name === whole);
  if (found !== undefined && others.length === 0) return { providerId: found.provider.id, model: found.name };
  if (found !== undefined) {
    const ids = [found, ...others].map(({ id }) => id);
    throw new CommandError(
      exitCodes.wrongUse,
      `${ids.length} providers have ${oneLine(whole)}.`,
      `Name one of them: ${ids.join(", ")}.`,
    );
  }
  if (provider !== undefined) return { providerId: (await getProvider(reef, provider)).id, model };
  throw new CommandError(
    exitCodes.notFound,
    `There is no model ${oneLine(whole)}.`,
    "`reef models` shows those that there are; one that its provider does not list is PROVIDER/MODEL.",
  );
}

/** Where an alias leads in a line: `openai/gpt-5-mini (75%) or mistral/small (25%), then ollama/qwen3`. */
export function describeTargets(targets: readonly Target[], slugs: ReadonlyMap<string, string>): string {
  const steps = new Map<number, Target[]>();
  for (const target of targets.toSorted((one, other) => one.order - other.order)) {
    steps.set(target.order, [...(steps.get(target.order) ?? []), target]);
  }
  return [...steps.values()].map((step) => describeStep(step, slugs)).join(", then ");
}

function describeStep(step: readonly Target[], slugs: ReadonlyMap<string, string>): string {
  const sum = step.reduce((total, { weight }) => total + weight, 0);
  return step
    .map(({ providerId, model, weight }) => {
      const slug = slugs.get(providerId);
      const name = slug === undefined ? model : `${slug}/${model}`;
      return step.length === 1 ? name : `${name} (${Math.round((weight / sum) * 100)}%)`;
    })
    .join(" or ");
}
