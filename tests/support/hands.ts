import type { Locator, Page } from "playwright-core";

/** How somebody works with a page: by pointing, or by the keys alone. */
export interface Hands {
  kind: "mouse" | "keyboard";
  /** Writes into a field in place of what stands there. */
  write(field: Locator, text: string): Promise<void>;
  /** Presses a button, a link, a tab or an item of a menu. */
  press(target: Locator): Promise<void>;
  /** Chooses one of a list by its words. */
  choose(list: Locator, option: string): Promise<void>;
}

/** As far as the tests need it: they are no program of a browser. */
interface BrowserGlobals {
  document: { activeElement: unknown };
  CSS: { supports(condition: string): boolean };
}

interface SelectElement {
  selectedOptions: ArrayLike<{ label: string }>;
  matches(selector: string): boolean;
}

/** More than any page has of what can be focused. */
const MOST_STEPS = 120;

/** After so long a pause, a list takes the next letter for the first one of another word. */
const LIST_FORGETS_MS = 1_000;
const MOST_TRIES = 20;

/** Works as somebody does who has a mouse. */
export const mouseOn = (_page: Page): Hands => ({
  kind: "mouse",
  write: (field, text) => field.fill(text),
  press: (target) => target.click(),
  choose: async (list, option) => void (await list.selectOption({ label: option })),
});

/** Works as somebody does who has no mouse: Tab to the place, then the keys that the place understands. */
export function keyboardOn(page: Page): Hands {
  // Menus move the focus a turn after the key, so it is asked for a turn later.
  const isFocused = (target: Locator) =>
    target.evaluate(
      (element) =>
        new Promise<boolean>((resolve) =>
          setTimeout(() => resolve(element === (globalThis as unknown as BrowserGlobals).document.activeElement)),
        ),
    );
  /** The option that a list has, and whether it is rolled out. */
  const standOf = (list: Locator) =>
    list.evaluate((element) => {
      const { CSS } = globalThis as unknown as BrowserGlobals;
      const select = element as unknown as SelectElement;
      const isOpen = CSS.supports("selector(:open)") && select.matches(":open");
      return { chosen: select.selectedOptions[0]?.label, isOpen };
    });
  async function reachBy(key: string, target: Locator): Promise<void> {
    await target.waitFor();
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      if (await isFocused(target)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`The keyboard never came to ${target} by ${key}.`);
  }
  /** Items of menus and tabs are gone through by arrows, as the patterns of WAI-ARIA say. */
  async function reach(target: Locator): Promise<void> {
    await target.waitFor();
    const role = await target.getAttribute("role");
    if (role === "menuitem") return reachBy("ArrowDown", target);
    if (role !== "tab") return reachBy("Tab", target);
    await reachBy("Tab", target.locator("xpath=..").locator("[role=tab][aria-selected='true']"));
    return reachBy("ArrowRight", target);
  }
  return {
    kind: "keyboard",
    async write(field, text) {
      await reach(field);
      await page.keyboard.press("Control+a");
      await page.keyboard.type(text);
    },
    async press(target) {
      await reach(target);
      await page.keyboard.press("Enter");
    },
    async choose(list, option) {
      await reach(list);
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        await page.keyboard.type(option);
        const { chosen, isOpen } = await standOf(list);
        if (chosen === option && !isOpen) return;
        // A busy machine was too slow between two letters. A space that is the first letter rolls the list out.
        if (isOpen) await page.keyboard.press("Escape");
        await page.waitForTimeout(LIST_FORGETS_MS + 200);
      }
      throw new Error(`The keyboard never chose ${option} in ${list}.`);
    },
  };
}

/** Both ways, for journeys that are walked in each. */
export const bothHands: readonly (readonly [kind: Hands["kind"], on: (page: Page) => Hands])[] = [
  ["mouse", mouseOn],
  ["keyboard", keyboardOn],
];
