/** Compares the arguments of two command lines. */

/** Arguments as they are, and as they are compared: joined by NUL. */
type Arguments = readonly [argv: readonly string[], compared: string];

interface Words {
  readonly a: readonly string[];
  readonly b: readonly string[];
}

/** Returns the arguments that only one of two command lines has. */
export function differingArguments(a: Arguments, b: Arguments): Words {
  const words = { a: only(a, b), b: only(b, a) };
  return words.a.length + words.b.length > 0 ? words : { a: a[0].slice(1), b: b[0].slice(1) };
}

function only([argv, compared]: Arguments, [, other]: Arguments): string[] {
  const counts = new Map<string, number>();
  for (const word of other.split("\0")) counts.set(word, (counts.get(word) ?? 0) + 1);
  return compared.split("\0").flatMap((word, index) => {
    const count = counts.get(word) ?? 0;
    counts.set(word, count - 1);
    return count > 0 ? [] : argv[index];
  });
}
