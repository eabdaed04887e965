/** `--summary[=FORMAT[:FILE]]`: what it means. */

import { type SummaryFormat, summaryFormats } from "../../sinks/reports/summary/sink.ts";
import { nearest } from "../../text/did-you-mean.ts";
import { UsageError } from "../messages.ts";

export interface SummaryChoice {
  readonly format: SummaryFormat;
  /** "-" for standard output. */
  readonly path: string;
  /** Keeps what the file holds. */
  readonly append?: boolean;
}

const GITHUB = "GITHUB_STEP_SUMMARY";

/** The page of a GitHub job: a file that steps append markdown to. */
function github(): SummaryChoice {
  const path = process.env[GITHUB];
  if (path) return { format: "markdown", path, append: true };
  throw new UsageError(
    `github: the variable ${GITHUB} is not set; ` +
      `under sudo: sudo --preserve-env=${GITHUB} trace …`,
  );
}

/**
 * @param text "" stands for text
 * @param elsewhere where it is written when no file is named
 */
export function parseSummary(text: string, elsewhere: string): SummaryChoice {
  if (text === "github") return github();
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
