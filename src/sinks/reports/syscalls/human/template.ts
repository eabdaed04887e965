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
export interface Around {
  /** The arguments, by name, and the result as "=". */
  readonly values: ReadonlyMap<string, Value>;
  /** The argument that the place names as the other one. */
  readonly other: Value | undefined;
}

export type Way = (value: Value, around: Around) => string;

interface Place {
  readonly name: string;
  readonly way: Way;
  readonly other: string | undefined;
}

/** Words, or a place; those of a group are all told or none. */
type Piece = string | Place | readonly (string | Place)[];

export interface Sentence {
  readonly pieces: readonly Piece[];
  readonly outcome: readonly Piece[];
}

const TOKEN = /\{([^}]*)\}|([[\]])|([^{[\]]+)/g;

/** @param ways by name; "" is the usual one */
function parsePieces(text: string, ways: Readonly<Record<string, Way>>): readonly Piece[] {
  const pieces: Piece[] = [];
  let group: (string | Place)[] | null = null;
  for (const [, place, bracket, words] of text.matchAll(TOKEN)) {
    if (bracket === "[") group = [];
    else if (bracket === "]" && group) {
      pieces.push(group);
      group = null;
    } else (group ?? pieces).push(place === undefined ? words : parsePlace(place, ways));
  }
  return pieces;
}

function parsePlace(text: string, ways: Readonly<Record<string, Way>>): Place {
  const [name, how = ""] = text.split(":");
  const [way, other] = how.split(" ");
  if (!Object.hasOwn(ways, way)) throw new Error(`{${text}}: there is no way ${way}`);
  return { name, way: ways[way], other };
}

export function parseSentence(text: string, ways: Readonly<Record<string, Way>>): Sentence {
  const [sentence, outcome = ""] = text.split(/ ?=> ?/);
  return { pieces: parsePieces(sentence, ways), outcome: parsePieces(outcome, ways) };
}

/** The arguments that a sentence cannot do without. */
export function needs({ pieces, outcome }: Sentence): string[] {
  return [...pieces, ...outcome].flatMap((piece) =>
    typeof piece === "string" || !("name" in piece) ? [] : [piece.name],
  );
}

/** Every argument that it asks for. */
export function mentions({ pieces, outcome }: Sentence): string[] {
  return [...pieces, ...outcome].flat().flatMap((piece) => {
    if (typeof piece === "string") return [];
    return piece.other === undefined ? [piece.name] : [piece.name, piece.other];
  });
}

function fill(place: Place, values: ReadonlyMap<string, Value>): string {
  const value = values.get(place.name);
  const other = place.other === undefined ? undefined : values.get(place.other);
  return value === undefined ? "" : place.way(value, { values, other });
}

export function render(pieces: readonly Piece[], values: ReadonlyMap<string, Value>): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if ("name" in piece) return fill(piece, values);
      const parts = piece.map((part) => (typeof part === "string" ? part : fill(part, values)));
      return parts.includes("") ? "" : parts.join("");
    })
    .join("");
}
