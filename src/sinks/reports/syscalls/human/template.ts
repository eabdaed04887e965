/**
 * Sentences with places for arguments: "Rename {oldname:path} to {newname:path} => {=:bytes}".
 *
 * - {name} is an argument, {name:way} the same in a way of saying it (ways.ts), {name:way other} in
 *   one that takes another argument into account. {=} is the result.
 * - What stands in [brackets] is left out where a place in it has nothing to say.
 * - What stands after "=>" tells what came of the call, where it succeeded.
 */
import type { Value } from "../../../../syscalls/value.ts";

/** What a way of saying something can look at. */
export interface FormatContext {
  /** The arguments, by name, and the result as "=". */
  readonly values: ReadonlyMap<string, Value>;
  /** The argument that the place names as the other one. */
  readonly other: Value | undefined;
}

export type Formatter = (value: Value, around: FormatContext) => string;

interface Placeholder {
  readonly name: string;
  readonly formatter: Formatter;
  readonly other: string | undefined;
}

/** Words, or a place; those of a group are all told or none. */
type TemplatePart = string | Placeholder | readonly (string | Placeholder)[];

export interface Sentence {
  readonly parts: readonly TemplatePart[];
  readonly outcome: readonly TemplatePart[];
}

const TOKEN = /\{([^}]*)\}|([[\]])|([^{[\]]+)/g;

/** @param ways by name; "" is the usual one */
function parseParts(
  text: string,
  ways: Readonly<Record<string, Formatter>>,
): readonly TemplatePart[] {
  const pieces: TemplatePart[] = [];
  let group: (string | Placeholder)[] | null = null;
  for (const [, place, bracket, words] of text.matchAll(TOKEN)) {
    if (bracket === "[") group = [];
    else if (bracket === "]" && group) {
      pieces.push(group);
      group = null;
    } else (group ?? pieces).push(place === undefined ? words : parsePlaceholder(place, ways));
  }
  return pieces;
}

function parsePlaceholder(text: string, ways: Readonly<Record<string, Formatter>>): Placeholder {
  const [name, how = ""] = text.split(":");
  const [way, other] = how.split(" ");
  if (!Object.hasOwn(ways, way)) throw new Error(`{${text}}: there is no way ${way}`);
  return { name, formatter: ways[way], other };
}

export function parseSentence(text: string, ways: Readonly<Record<string, Formatter>>): Sentence {
  const [sentence, outcome = ""] = text.split(/ ?=> ?/);
  return { parts: parseParts(sentence, ways), outcome: parseParts(outcome, ways) };
}

/** The arguments that a sentence cannot do without. */
export function requiredArguments({ parts, outcome }: Sentence): string[] {
  return [...parts, ...outcome].flatMap((piece) =>
    typeof piece === "string" || !("name" in piece) ? [] : [piece.name],
  );
}

/** Every argument that it asks for. */
export function mentionedArguments({ parts, outcome }: Sentence): string[] {
  return [...parts, ...outcome].flat().flatMap((piece) => {
    if (typeof piece === "string") return [];
    return piece.other === undefined ? [piece.name] : [piece.name, piece.other];
  });
}

function fillPlaceholder(place: Placeholder, values: ReadonlyMap<string, Value>): string {
  const value = values.get(place.name);
  const other = place.other === undefined ? undefined : values.get(place.other);
  return value === undefined ? "" : place.formatter(value, { values, other });
}

export function renderTemplate(
  pieces: readonly TemplatePart[],
  values: ReadonlyMap<string, Value>,
): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("name" in piece) return fillPlaceholder(piece, values);
      const parts = piece.map((part) =>
        typeof part === "string" ? part : fillPlaceholder(part, values),
      );
      return parts.includes("") ? "" : parts.join("");
    })
    .join("");
}
