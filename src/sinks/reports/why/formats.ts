/** The formats of `trace why`. */
import { renderDot, renderMermaid } from "./diagrams.ts";
import type { Explanation } from "./explanation.ts";
import { renderJson } from "./json.ts";
import { renderText } from "./text.ts";

export const whyFormats = {
  text: renderText,
  json: renderJson,
  dot: renderDot,
  mermaid: renderMermaid,
} as const satisfies Readonly<Record<string, (explanation: Explanation) => string>>;

export type WhyFormat = keyof typeof whyFormats;
