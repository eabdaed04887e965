/**
 * Sentence templates: "Rename {oldname:path} to {newname:path} => {=:bytes}".
 *
 * - {name} is an argument, {name:formatter} formats it (formatters.ts), {name:formatter other} takes
 *   another argument into account. {=} is the result.
 * - A group in [brackets] is omitted if one of its placeholders is empty.
 * - The part after "=>" is the outcome of a call that succeeded.
 */
import type { Value } from "../../../../syscalls/value.ts";

/** The other values that a formatter can use. */
export interface FormatContext {
  /** The arguments by name, and the result as "=". */
  readonly values: ReadonlyMap<string, Value>;
  /** The other argument that the placeholder names. */
  readonly other: Value | undefined;
}

export type Formatter = (value: Value, context: FormatContext) => string;

interface Placeholder {
  readonly name: string;
  readonly formatter: Formatter;
  readonly other: string | undefined;
}

/** Text, a placeholder, or a group of them. */
type TemplatePart = string | Placeholder | readonly (string | Placeholder)[];

export interface Sentence {
  readonly parts: readonly TemplatePart[];
  readonly outcome: readonly TemplatePart[];
}

const TOKEN = /\{([^}]*)\}|([[\]])|([^{[\]]+)/g;

/** @param formatters by name; "" is the default */
function parseParts(
  text: string,
  formatters: Readonly<Record<string, Formatter>>,
): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let group: (string | Placeholder)[] | null = null;
  for (const [, placeholder, bracket, literal] of text.matchAll(TOKEN)) {
    if (bracket === "[") group = [];
    else if (bracket === "]" && group) {
      parts.push(group);
      group = null;
    } else
      (group ?? parts).push(
        placeholder === undefined ? literal : parsePlaceholder(placeholder, formatters),
      );
  }
  return parts;
}

function parsePlaceholder(
  text: string,
  formatters: Readonly<Record<string, Formatter>>,
): Placeholder {
  const [name, how = ""] = text.split(":");
  const [formatter, other] = how.split(" ");
  if (!Object.hasOwn(formatters, formatter))
    throw new Error(`{${text}}: no formatter ${formatter}`);
  return { name, formatter: formatters[formatter], other };
}

/** Parses a template. @throws Error if a formatter is unknown */
export function parseSentence(
  text: string,
  formatters: Readonly<Record<string, Formatter>>,
): Sentence {
  const [sentence, outcome = ""] = text.split(/ ?=> ?/);
  return { parts: parseParts(sentence, formatters), outcome: parseParts(outcome, formatters) };
}

/** Returns the arguments outside of groups, which the sentence requires. */
export function requiredArguments({ parts, outcome }: Sentence): string[] {
  return [...parts, ...outcome].flatMap((part) =>
    typeof part === "string" || !("name" in part) ? [] : [part.name],
  );
}

function fillPlaceholder(placeholder: Placeholder, values: ReadonlyMap<string, Value>): string {
  const value = values.get(placeholder.name);
  const other = placeholder.other === undefined ? undefined : values.get(placeholder.other);
  return value === undefined ? "" : placeholder.formatter(value, { values, other });
}

/** Fills the placeholders of a template. */
export function renderTemplate(
  parts: readonly TemplatePart[],
  values: ReadonlyMap<string, Value>,
): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      if ("name" in part) return fillPlaceholder(part, values);
      const texts = part.map((each) =>
        typeof each === "string" ? each : fillPlaceholder(each, values),
      );
      return texts.includes("") ? "" : texts.join("");
    })
    .join("");
}
