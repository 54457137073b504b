import { sql } from "kysely";
import { z } from "zod";
import { defineWorkflow } from "../define-workflow.ts";

/** A workflow whose steps each write one row, with something in between that a test decides. */
export const twoSteps = (between: () => Promise<void> = async () => {}) =>
  defineWorkflow({
    name: "test.two-steps",
    input: z.object({ word: z.string() }),
    retryDelaySeconds: 1,
    async handle({ word }, run) {
      const first = await run.step("test.two-steps.first", async (transaction) => {
        await sql`insert into effects values (${`first ${word}`}, ${run.attempt})`.execute(transaction);
        return { attempt: run.attempt };
      });
      await between();
      await run.step("test.two-steps.second", async (transaction) => {
        await sql`insert into effects values (${`second ${word}`}, ${first.attempt})`.execute(transaction);
      });
    },
  });
