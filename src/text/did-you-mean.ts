/** Suggests the closest match for a mistyped name: "O_CRAET: no such flag; did you mean O_CREAT?". */

/** A word with fewer letters is not taken for the beginning of a candidate. */
const MIN_PREFIX = 3;

/**
 * Returns the candidate closest to `word`, or undefined if none is close.
 *
 * A candidate is close if it differs by at most one edit per three letters: an insertion, a
 * deletion, a substitution or a transposition. Case is ignored. The first of equally close
 * candidates wins. If none is close, the only one that begins with the word is.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  return withFewestEdits(word, all) ?? onlyBeginning(word, all);
}

function onlyBeginning(word: string, candidates: readonly string[]): string | undefined {
  if (word.replace(/^-+/, "").length < MIN_PREFIX) return undefined;
  const found = candidates.filter((each) => each.toLowerCase().startsWith(word.toLowerCase()));
  return found.length === 1 ? found[0] : undefined;
}

function withFewestEdits(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let minEdits = Infinity;
  for (const candidate of candidates) {
    const maxEdits = Math.floor(Math.max(word.length, candidate.length) / 3);
    if (Math.abs(word.length - candidate.length) > maxEdits) continue;
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= maxEdits && edits < minEdits) {
      best = candidate;
      minEdits = edits;
    }
  }
  return best;
}

/**
 * Returns the optimal string alignment distance: the number of insertions, deletions, substitutions
 * and transpositions of adjacent characters.
 */
function editDistance(a: string, b: string): number {
  let secondLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, substituted);
      const isTransposed = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isTransposed) row[j] = Math.min(row[j]!, secondLast[j - 2]! + 1);
    }
    secondLast = last;
    last = row;
  }
  return last[b.length]!;
}
