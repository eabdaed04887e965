/** Pages of reports in a headless browser. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { Run } from "../../src/model/run.ts";
import type { RunEvent } from "../../src/model/run-event.ts";
import type { PageData } from "../../src/sinks/reports/page/data.ts";
import { renderPage } from "../../src/sinks/reports/page/html.ts";
import { pageData } from "../../src/sinks/reports/page/page-data.ts";
import { type SummaryRun, UNKNOWN_RUN } from "../../src/sinks/reports/summary/run.ts";

const ROOT = join(import.meta.dir, "../..");
export const TEMPLATE = join(ROOT, "build/report.template");

/** Debian's chromium; as root it has no sandbox of its own. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
}

/** One page of the browser, in which files are opened: to open another page takes longer. */
export class ReportPage {
  /** What pages complained about. */
  readonly problems: string[] = [];
  /** Addresses that they asked for. */
  readonly requests: string[] = [];
  readonly page: Page;
  private readonly directory = mkdtempSync(join(tmpdir(), "trace-report-"));
  private readonly browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.browser = browser;
    this.page = page;
    page.on("console", (message) => this.problems.push(message.text()));
    page.on("pageerror", (error) => this.problems.push(String(error)));
    page.on("dialog", (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on("request", (request) => this.requests.push(request.url()));
  }

  static async open(): Promise<ReportPage> {
    const browser = await openBrowser();
    return new ReportPage(
      browser,
      await browser.newPage({ viewport: { width: 1280, height: 720 } }),
    );
  }

  /** Writes a file. @returns its path */
  write(name: string, text: string): string {
    const file = join(this.directory, name);
    writeFileSync(file, text);
    return file;
  }

  /** Shows a file from its beginning. */
  async show(file: string): Promise<void> {
    await this.page.goto("about:blank");
    this.problems.length = this.requests.length = 0;
    await this.page.goto(`file://${file}`);
    await this.page.waitForSelector("main");
  }

  async close(): Promise<void> {
    rmSync(this.directory, { recursive: true });
    await this.browser.close();
  }
}

/** Makes the data of a page of events. */
export function dataOf(events: readonly RunEvent[], about: Partial<SummaryRun> = {}): PageData {
  const run = new Run();
  for (const event of events) run.add(event);
  return pageData(run, { ...UNKNOWN_RUN, ...about }, "0.0.0");
}

export async function htmlOf(data: PageData): Promise<string> {
  return renderPage(data, await Bun.file(TEMPLATE).text(), (text) => Bun.gzipSync(text));
}
