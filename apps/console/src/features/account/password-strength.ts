/** How good a password is, in a word, and what would make it better. */
export interface PasswordStrength {
  level: "none" | "short" | "weak" | "fair" | "strong";
  advice: string;
}

/** As the reef asks for them; see the problem `account.password_too_short`. */
export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;

/** What stands in so many passwords that its letters count for little. */
const USUAL = /password|passwort|passw0rd|letmein|welcome|qwerty|qwertz|azerty|asdfgh|admin|iloveyou|dragon|monkey/g;

/**
 * Estimates a password while it is typed: by its length, less what is repeated, runs in order or is the person's own name.
 * No more than a hint: the reef itself asks for the length alone (NIST SP 800-63B, 5.1.1.2).
 */
export function passwordStrength(password: string, own: readonly string[] = []): PasswordStrength {
  const length = Array.from(password).length;
  if (length === 0) return { level: "none", advice: "At least 12 characters. Three or four words make a good one." };
  if (length < MIN_PASSWORD_LENGTH) {
    const missing = MIN_PASSWORD_LENGTH - length;
    return { level: "short", advice: `${missing} more ${missing === 1 ? "character" : "characters"} needed.` };
  }
  if (length > MAX_PASSWORD_LENGTH) return { level: "short", advice: "At most 128 characters." };
  const worth = worthOf(password, own);
  if (worth < 8) return { level: "weak", advice: "Easy to guess. Add another word that has nothing to do with it." };
  if (worth < 13) return { level: "fair", advice: "Good enough. One more word makes it strong." };
  return { level: "strong", advice: "Strong." };
}

/** How many characters a guesser has to guess. */
function worthOf(password: string, own: readonly string[]): number {
  let rest = password.toLowerCase().replace(USUAL, "~");
  for (const word of own.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))) {
    if (word.length >= 3) rest = rest.replaceAll(word, "~");
  }
  const characters = Array.from(rest);
  const steps = characters.map(
    (character, index) => (character.codePointAt(0) ?? 0) - (characters[index - 1]?.codePointAt(0) ?? 0),
  );
  // The third of a run such as `aaa`, `abc` or `321` follows from the two before it.
  const runs = steps.filter((step, index) => index >= 2 && Math.abs(step) <= 1 && step === steps[index - 1]).length;
  // `coralcoralcoral` is one word and a habit.
  const unlike = new Set(characters).size;
  return Math.min(characters.length - runs, unlike * 1.6);
}
