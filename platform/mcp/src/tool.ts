import type { ToolAnnotations } from "@modelcontextprotocol/server";
import { type Contract, isRead, type Route, type Scope } from "@reef/http/contract";
import type { z } from "zod";
import { type Advertised, advertise } from "./schemas.ts";
import type { AnswerOf, RouteCall, Session } from "./session.ts";

/** What a tool answers with: the fields for programs, and a short text for models. */
export interface ToolAnswer<Fields> {
  fields: Fields;
  text: string;
}

/** A tool, ready to be offered. Its run throws problems; the server turns them into errors that say what to do next. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  annotations: ToolAnnotations;
  input: Advertised<z.ZodObject>;
  output: Advertised<z.ZodObject>;
  /** What a token must be good for; undefined where anybody may. */
  scope: Scope | undefined;
  /** Codes of the problems that are particular to its route. */
  problems: readonly string[];
  /** What an agent may do about a problem, by its code, where the problem's own text speaks of REST. */
  nextSteps: Readonly<Record<string, string>>;
  run(session: Session, input: never): Promise<ToolAnswer<unknown>>;
}

interface ToolText<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** `noun_verb`. */
  name: string;
  title: string;
  /** When to use it, not how it works. */
  description: string;
  /** Few parameters, in snake_case. The route's own schemas check what they become. */
  input: Input;
  /** The part of the route's answer that a model or a program needs. */
  output: Output;
  nextSteps?: Readonly<Record<string, string>>;
}

export interface ToolDefinition<Declared extends Route, Input extends z.ZodObject, Output extends z.ZodObject>
  extends ToolText<Input, Output> {
  toRequest(input: z.output<Input>): RouteCall;
  toAnswer(answer: AnswerOf<Declared>, session: Session, input: z.output<Input>): ToolAnswer<z.input<Output>>;
}

/**
 * Declares a tool as a view of a route: what it is called, how its input becomes a request, and what of the answer is
 * shown. What it may do follows from the route.
 */
export const defineTool = <
  Routes extends Record<string, Route>,
  Verb extends keyof Routes & string,
  Input extends z.ZodObject,
  Output extends z.ZodObject,
>(
  contract: Contract<Routes>,
  verb: Verb,
  { toRequest, toAnswer, ...text }: ToolDefinition<Routes[Verb], Input, Output>,
): Tool =>
  composeTool(contract.routes[verb] as Route, {
    ...text,
    run: async (session, input) => toAnswer(await session.invoke(contract, verb, toRequest(input)), session, input),
  });

/** Declares a tool that joins several reads, or chooses between routes; `route` tells what it may do. */
export function composeTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  route: Route,
  {
    input,
    output,
    nextSteps = {},
    run,
    ...text
  }: ToolText<Input, Output> & { run(session: Session, input: z.output<Input>): Promise<ToolAnswer<z.input<Output>>> },
): Tool {
  return {
    ...text,
    problems: route.errors,
    nextSteps,
    annotations: annotationsOf(route),
    scope: scopeOf(route),
    input: advertise<z.ZodObject>(input.strict()),
    output: advertise<z.ZodObject>(output),
    async run(session, given) {
      const { fields, text } = await run(session, given);
      return { fields: output.parse(fields), text };
    },
  };
}

/** Hints for the client's questions to its user. Nothing here reaches beyond the reef. */
function annotationsOf(route: Route): ToolAnnotations {
  if (isRead(route)) return { readOnlyHint: true, openWorldHint: false };
  // A change of what is there may lose what was there; adding something loses nothing.
  return { destructiveHint: route.method !== "POST", openWorldHint: false };
}

const scopeOf = ({ access }: Route): Scope | undefined => {
  if (access === "public") return undefined;
  return typeof access === "string" ? access : access.anonymousOr;
};
