/** Renders the page of a run with the template that is embedded. */
import { version } from "../../../package.json";
import { readBuiltFile } from "../../ffi/built-files.ts";
import type { Run } from "../../model/run.ts";
import { renderPage } from "../../sinks/reports/page/html.ts";
import { pageData } from "../../sinks/reports/page/page-data.ts";
import type { CombinedRun } from "../../sinks/reports/summary/run.ts";

/** @param about what is known of the run */
export function pageOf(run: Run, about: CombinedRun): string {
  const template = new TextDecoder().decode(readBuiltFile("report.template"));
  return renderPage(pageData(run, about, version), template, (text) =>
    Bun.gzipSync(Buffer.from(text)),
  );
}
