/** The option `--summary[=FORMAT[:FILE]]`. */

import { type SummaryFormat, summaryFormats } from "../../sinks/reports/summary/sink.ts";

import { UsageError } from "../errors.ts";
import { suggestion } from "./names.ts";
import { oneOf } from "./values.ts";

export const SUMMARY_VALUES = oneOf([...Object.keys(summaryFormats), "github"]);

export interface SummaryTarget {
  readonly format: SummaryFormat;
  /** "-" for standard output. */
  readonly path: string;
  /** Whether an existing file is appended to. */
  readonly append?: boolean;
}

const GITHUB_VARIABLE = "GITHUB_STEP_SUMMARY";

/** Returns the summary page of a GitHub job, a file that steps append Markdown to. */
function githubTarget(): SummaryTarget {
  const path = process.env[GITHUB_VARIABLE];
  if (path) return { format: "markdown", path, append: true };
  throw new UsageError(
    `github: the variable ${GITHUB_VARIABLE} is not set; ` +
      `under sudo: sudo --preserve-env=${GITHUB_VARIABLE} trace …`,
  );
}

/**
 * @param text FORMAT[:FILE]; "" is the text format
 * @param defaultPath the output if no file is named
 */
export function parseSummary(text: string, defaultPath: string): SummaryTarget {
  if (text === "github") return githubTarget();
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)) || "text";
  const path = colon < 0 ? defaultPath : text.slice(colon + 1);
  if (Object.hasOwn(summaryFormats, name) && path !== "")
    return { format: name as SummaryFormat, path };
  const names = [...Object.keys(summaryFormats), "github"];
  throw new UsageError(`${text}: no such summary format; ${suggestion(name, names)}`);
}
