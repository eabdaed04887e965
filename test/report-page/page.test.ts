/** The page of trace report in headless Chromium. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { PageData } from "../../src/sinks/reports/page/data.ts";
import { compilation, event, lookup, makeEnds, makeStarts } from "./events.ts";
import { dataOf, htmlOf, ReportPage } from "./support.ts";

setDefaultTimeout(60_000);

let report: ReportPage;
let build: string;
beforeAll(async () => {
  report = await ReportPage.open();
  build = report.write("build.html", await htmlOf(dataOf(BUILD, ABOUT)));
});
afterAll(() => report.close());

const BUILD = [
  makeStarts(),
  lookup("/w/GNUmakefile", 1),
  ...compilation(11, 10, ["/w/src/a.c", "/w/src/a.h", "/usr/include/stdio.h"], "/w/a.o"),
  ...compilation(12, 40, ["/w/src/b.c"], "/w/b.o", 1),
  ...compilation(13, 70, ["/w/a.o", "/w/b.o"], "/w/app"),
  event("unlink", 95, { path: "/w/old", name: "old" }),
  makeEnds(100),
];
const ABOUT = {
  command: ["make", "-j2", "all of it"],
  cwd: "/w",
  status: 2,
  complete: false,
  losses: [{ what: "dropped", count: 12 }],
};

/** Shows the page of the build, and expects no complaint and no request of it. */
async function withBuild(work: (page: Page) => Promise<void>): Promise<void> {
  await report.show(build);
  await work(report.page);
  expect(report.problems).toEqual([]);
  expect(report.requests).toEqual([`file://${build}`]);
}

test("the command, its exit status and what is missing are on top", () =>
  withBuild(async (page) => {
    expect(await page.textContent("h1")).toBe("make -j2 'all of it'");
    expect(await page.textContent(".verdict")).toBe("INCOMPLETE");
    expect(await page.textContent(".status")).toBe("exit 2");
    expect(await page.textContent(".losses")).toContain("12 dropped");
    expect(await page.title()).toBe("trace: make -j2 'all of it'");
  }));

test("processes are a tree of bars in the order of time, with what failed", () =>
  withBuild(async (page) => {
    expect(await page.locator(".tree b").allTextContents()).toEqual(["make", "cc1", "cc1", "cc1"]);
    expect(await page.locator(".row .failure").allTextContents()).toEqual(["exit 1"]);
    const lefts = await page
      .locator(".exec")
      .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().left));
    expect(lefts.toSorted((a, b) => a - b)).toEqual(lefts);
    expect(new Set(lefts).size).toBe(4);
    expect(await page.locator(".critical").count()).toBeGreaterThan(3);
  }));

test("keys zoom and move the time, and all of it comes back", () =>
  withBuild(async (page) => {
    const width = async () => {
      const style = await page.locator(".row >> nth=0 >> .life").evaluate((bar) => bar.style.width);
      return Number.parseFloat(style.replace(/^.*px, /, ""));
    };
    const before = await width();
    await page.click(".row >> nth=1");
    await page.keyboard.press("z");
    expect(await width()).toBeGreaterThan(before);
    const range = await page.textContent(".range");
    await page.keyboard.press("]");
    expect(await page.textContent(".range")).not.toBe(range);
    await page.keyboard.press("0");
    expect(await width()).toBe(before);
    await page.dblclick(".row >> nth=2");
    expect(await width()).toBeGreaterThan(before);
    await page.click("text=Fit");
    expect(await width()).toBe(before);
  }));

test("a part of the time is chosen in the strip above the axis", () =>
  withBuild(async (page) => {
    const box = (await page.locator(".minimap").boundingBox())!;
    const at = (share: number) => [box.x + box.width * share, box.y + 10] as const;
    await page.mouse.move(...at(0.25));
    await page.mouse.down();
    await page.mouse.move(...at(0.5));
    await page.mouse.up();
    const left = await page.locator(".window").evaluate((each) => each.style.left);
    expect(Number.parseFloat(left)).toBeCloseTo(25, 0);
  }));

test("a click on a process shows its command line, files and children", () =>
  withBuild(async (page) => {
    await page.click(".row >> nth=1");
    const text = await page.textContent(".details");
    expect(text).toContain("cc1 /w/src/a.c -o /w/a.o");
    expect(text).toContain("/w/src/a.h");
    expect(text).toContain("exit 0");
    await page.click(".details .link.process >> nth=0");
    expect(await page.textContent(".details")).toContain("Forked");
    await page.goBack();
    expect(await page.textContent(".details")).toContain("cc1 /w/src/a.c");
    await page.keyboard.press("Escape");
    expect(await page.locator(".details").count()).toBe(0);
  }));

test("a click on a file shows who made it, from what, and who used it", () =>
  withBuild(async (page) => {
    await page.keyboard.press("3");
    await page.click("text=a.o");
    const sections = await page.locator(".details section").allTextContents();
    const of = (title: string) => sections.find((each) => each.startsWith(title)) ?? "";
    expect(of("Made by")).toContain("cc1 /w/src/a.c -o /w/a.o");
    expect(of("Made from")).toContain("/w/src/a.h");
    expect(of("Made from")).not.toContain("/w/src/b.c");
    expect(of("Made from")).not.toContain("stdio.h");
    expect(of("Used by")).toContain("13");
    expect(of("Used for")).toContain("/w/app");
    await page.click("text=of the system");
    expect(await page.textContent(".details")).toContain("/usr/include/stdio.h");
    await page.click(".details >> text=app");
    expect(await page.textContent(".details")).toContain("Back to");
    expect(await page.textContent(".details")).toContain("/w/src/b.c");
  }));

test("a search finds words in any case, and leaves others out", () =>
  withBuild(async (page) => {
    await page.keyboard.press("2");
    await page.keyboard.press("/");
    await page.keyboard.type("SRC -.h");
    expect(await page.locator(".row.entry .name").allTextContents()).toEqual(["a.c", "b.c"]);
    expect(await page.textContent("[role=status]")).toStartWith("2 of ");
    await page.keyboard.press("Escape");
    expect(await page.inputValue("input")).toBe("");
  }));

test("directories fold and unfold by keys and clicks", () =>
  withBuild(async (page) => {
    await page.keyboard.press("2");
    const names = () => page.locator(".row .name").allTextContents();
    const all = await names();
    await page.focus(".list");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    const folded = await names();
    expect(folded.length).toBeLessThan(all.length);
    await page.keyboard.press("ArrowRight");
    expect(await names()).toEqual(all);
    await page.click("button:text-is('Fold all')");
    expect(await names()).toEqual(["/usr/include/stdio.h", "/w/src/"]);
    await page.click(".row .fold.closed");
    expect(await names()).toEqual(all);
  }));

test("removed files and failed lookups have lists", () =>
  withBuild(async (page) => {
    await page.click("[role=tab]:has-text('Removed')");
    expect(await page.textContent(".list")).toContain("old");
    await page.click("[role=tab]:has-text('Not found')");
    expect(await page.textContent(".list")).toContain("ENOENT");
    expect(await page.textContent(".list")).toContain("GNUmakefile");
  }));

test("the page is light or dark as the system is, and a button changes that", () =>
  withBuild(async (page) => {
    const back = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await back();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await back();
    expect(dark).not.toBe(light);
    await page.click("[aria-label='Light or dark']");
    expect([light, dark]).toContain(await back());
    await page.click("[aria-label='Light or dark']");
    await page.click("[aria-label='Light or dark']");
    expect(await back()).not.toBe(undefined);
  }));

const HOSTILE = [
  "</script><script>document.title='owned'</script>",
  "<img src=x onerror=alert(1)>",
  "<!--<script>",
  "'\"><b>bold</b>",
  "]]>&lt;&amp;\u2028",
  "line\nbreak",
  "right\u202eleft",
  "%s{{7*7}}$`",
  "__proto__",
  "constructor",
];

test("names cannot add markup, and are shown as they are", async () => {
  const events = [
    makeStarts(),
    ...compilation(
      11,
      10,
      HOSTILE.map((name) => `/w/${name}`),
      "/w/<i>x",
    ),
  ];
  const about = { command: ["sh", "-c", HOSTILE[0]], cwd: "/w/<b>", host: HOSTILE[1] };
  const file = report.write("hostile.html", await htmlOf(dataOf([...events, makeEnds(90)], about)));
  await report.show(file);
  const { page } = report;
  expect(await page.textContent("h1")).toBe(`sh -c '${HOSTILE[0].replaceAll("'", "'\\''")}'`);
  await page.click(".row >> nth=1");
  expect(await page.textContent(".details")).toContain("<i>x");
  await page.keyboard.press("2");
  const shown = await page.locator(".row.entry .name").allTextContents();
  expect(shown).toContain("<img src=x onerror=alert(1)>");
  expect(shown).toContain("line\\x0abreak");
  expect(shown).toContain("right\\u202eleft");
  expect(shown).toContain("__proto__");
  await page.emulateMedia({ media: "print" });
  await page.emulateMedia({ media: "screen" });
  expect(
    await page.locator("img, i:not([class]):not([style]), main script, #print script").count(),
  ).toBe(0);
  expect(await page.title()).toStartWith("trace: sh -c");
  expect(report.problems).toEqual([]);
  expect(report.requests).toEqual([`file://${file}`]);
});

test("the policy of the page lets no other program run, and nothing be loaded", () =>
  withBuild(async (page) => {
    const ran = await page.evaluate(async () => {
      const script = document.createElement("script");
      try {
        script.text = "window.owned = true";
      } catch {}
      document.body.append(script);
      const image = new Image();
      const failed = new Promise((resolve) => {
        image.onerror = resolve;
      });
      image.src = "https://example.invalid/x.png";
      await failed;
      return Reflect.get(window, "owned");
    });
    expect(ran).toBeUndefined();
    const refusals = report.problems.splice(0).join("\n");
    expect(refusals).toContain("requires 'TrustedScript' assignment");
    expect(refusals).toContain("https://example.invalid/x.png");
    report.requests.pop();
  }));

const FILES = 200_000;
const PER_DIRECTORY = 1000;

/** Data of a run that read many files. */
function bigData(): PageData {
  const small = dataOf([makeStarts(), makeEnds(10)], { command: ["make"], cwd: "/w" });
  const parents = [-1];
  const names = ["/"];
  const paths: number[] = [];
  for (let file = 0; file < FILES; file++) {
    if (file % PER_DIRECTORY === 0) {
      parents.push(0);
      names.push(`d${file / PER_DIRECTORY}`);
    }
    paths.push(names.push(`f${file}`) - 1);
    parents.push(names.length - 2 - (file % PER_DIRECTORY));
  }
  const fill = (value: number) => paths.map(() => value);
  const inputs = { paths, times: fill(1), who: fill(0), targets: fill(-1), notes: fill(-1) };
  return { ...small, cwd: -1, paths: { parents, names }, lists: { ...small.lists, inputs } };
}

test("lists of 200,000 files have few rows in the document, to their end", async () => {
  await report.show(report.write("big.html", await htmlOf(bigData())));
  const { page } = report;
  await page.keyboard.press("2");
  await page.click("button:text-is('Unfold all')");
  await page.focus(".list");
  await page.keyboard.press("End");
  await page.waitForSelector(`.name:text-is('f${FILES - 1}')`);
  expect(await page.locator(".row").count()).toBeLessThan(100);
  await page.keyboard.press("/");
  await page.keyboard.type("/f1234");
  await page.waitForFunction(
    () => document.querySelector("[role=status]")?.textContent === "111 of 200,000 entries",
  );
  expect(await page.locator(".row.entry").count()).toBeGreaterThan(5);
  expect(report.problems).toEqual([]);
});

test("all lists are printed, and nothing that needs a screen", () =>
  withBuild(async (page) => {
    await page.emulateMedia({ media: "print" });
    const printed = page.locator("#print", { hasText: "Outputs" });
    await printed.waitFor();
    const text = await printed.textContent();
    for (const part of ["make -j2", "Processes: 4", "Inputs:", "a.h", "Outputs: 3", "ENOENT"])
      expect(text).toContain(part === "ENOENT" ? "Not found: 1" : part);
    expect(await page.isVisible("#app")).toBe(false);
  }));
