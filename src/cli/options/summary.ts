/** `--summary[=FORMAT[:FILE]]`: what it means. */

import { type SummaryFormat, summaryFormats } from "../../sinks/reports/summary/sink.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../messages.ts";

export interface SummaryTarget {
  readonly format: SummaryFormat;
  /** "-" for standard output. */
  readonly path: string;
  /** Keeps what the file holds. */
  readonly append?: boolean;
}

const GITHUB_VARIABLE = "GITHUB_STEP_SUMMARY";

/** The page of a GitHub job: a file that steps append markdown to. */
function githubTarget(): SummaryTarget {
  const path = process.env[GITHUB_VARIABLE];
  if (path) return { format: "markdown", path, append: true };
  throw new UsageError(
    `github: the variable ${GITHUB_VARIABLE} is not set; ` +
      `under sudo: sudo --preserve-env=${GITHUB_VARIABLE} trace …`,
  );
}

/**
 * @param text "" stands for text
 * @param elsewhere where it is written when no file is named
 */
export function parseSummary(text: string, elsewhere: string): SummaryTarget {
  if (text === "github") return githubTarget();
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)) || "text";
  const path = colon < 0 ? elsewhere : text.slice(colon + 1);
  if (Object.hasOwn(summaryFormats, name) && path !== "")
    return { format: name as SummaryFormat, path };
  const names = [...Object.keys(summaryFormats), "github"];
  const near = nearest(name, names);
  throw new UsageError(
    `${text}: no such summary; ${near ? `did you mean ${near}?` : `want ${names.join(", ")}, or FORMAT:FILE`}`,
  );
}
