/** How deep the arrays and objects of a request may nest. No schema here asks for more than a few levels. */
const MOST_LEVELS = 64;
/** How many values a request may hold. The longest import has half as many; a megabyte of empty ones takes long to parse. */
const MOST_VALUES = 10_000;

/**
 * What a JSON text has too much of; undefined where it is within bounds. It looks at the text, before that is parsed:
 * whatever walks the parsed value calls itself for each level, and tens of thousands of them end in a stack overflow. Of
 * a text that is no JSON it may say anything; the parser refuses that.
 */
export function findExcess(text: string): string | undefined {
  let levels = 0;
  let values = 1;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      // What a backslash escapes does not end the string.
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "]" || character === "}") levels -= 1;
    else if (character === "[" || character === "{") levels += 1;
    else if (character === ",") values += 1;
    if (levels > MOST_LEVELS) return `The body nests arrays and objects more than ${MOST_LEVELS} levels deep.`;
    if (values > MOST_VALUES) return `The body holds more than ${MOST_VALUES} values.`;
  }
  return undefined;
}
