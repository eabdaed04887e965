/** The formats of `trace diff`, by their names in `--format`. */
import { renderGithub } from "./github.ts";
import { renderJson } from "./json.ts";
import type { DiffReport } from "./report.ts";
import { renderText } from "./text.ts";

type Renderer = (report: DiffReport, showsAll: boolean) => string;

export const diffFormats = {
  text: renderText,
  json: renderJson,
  github: renderGithub,
} as const satisfies Record<string, Renderer>;
export type DiffFormat = keyof typeof diffFormats;
