import type { z } from "zod";
import { type Advertised, advertise } from "./schemas.ts";
import type { Session } from "./session.ts";

/** Something to read at an address; with variables in braces it is a template (RFC 6570, simple expansion). */
export interface Resource {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: "text/plain" | "application/json";
  /** The text at the address. @throws whatever problem the routes behind it answer with. */
  read(session: Session, variables: Readonly<Record<string, string>>): Promise<string>;
}

/** A message that a person asks for by name, to begin a piece of work with. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: Advertised<z.ZodObject>;
  /** The message's text. */
  write(session: Session, given: never): Promise<string>;
}

/** Declares a prompt. */
export const definePrompt = <Arguments extends z.ZodObject>(prompt: {
  name: string;
  title: string;
  description: string;
  arguments: Arguments;
  write(session: Session, given: z.output<Arguments>): Promise<string>;
}): Prompt => ({ ...prompt, arguments: advertise<z.ZodObject>(prompt.arguments) });
