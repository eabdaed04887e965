/** The formats of a report on violations, by their names in `--format`. */
import { renderGithub } from "./github.ts";
import { renderJson, renderNdjson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import type { CheckReport } from "./report.ts";
import { renderSarif } from "./sarif.ts";
import { renderText } from "./text.ts";

type Renderer = (report: CheckReport, version: string) => string;

export const checkFormats = {
  text: renderText,
  json: renderJson,
  ndjson: renderNdjson,
  github: renderGithub,
  sarif: renderSarif,
  junit: renderJunit,
} as const satisfies Record<string, Renderer>;
export type CheckFormat = keyof typeof checkFormats;
