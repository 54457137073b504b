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
}

/** More than any page has of what can be focused. */
const MOST_STEPS = 120;

/** Works as somebody does who has a mouse. */
export const mouseOn = (_page: Page): Hands => ({
  kind: "mouse",
  write: (field, text) => field.fill(text),
  press: (target) => target.click(),
  choose: async (list, option) => void (await list.selectOption({ label: option })),
});

/** Works as somebody does who has no mouse: Tab to the place, then the keys that the place understands. */
export function keyboardOn(page: Page): Hands {
  const isFocused = (target: Locator) =>
    target.evaluate((element) => element === (globalThis as unknown as BrowserGlobals).document.activeElement);
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
      await page.keyboard.type(option);
    },
  };
}

/** Both ways, for journeys that are walked in each. */
export const bothHands: readonly (readonly [kind: Hands["kind"], on: (page: Page) => Hands])[] = [
  ["mouse", mouseOn],
  ["keyboard", keyboardOn],
];
