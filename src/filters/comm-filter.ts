/** Names of processes: exact ones, and globs (glob.ts) that match the whole name. */
import type { ProcessChain } from "../events/process-chain.ts";
import { matchesGlob, parseGlob } from "./glob.ts";

/** A name with one of these is a glob. */
const GLOB_CHARACTER = /[*?[\\]/;
/** Names are remembered with their result up to this number of them. */
const MAX_REMEMBERED = 4096;

/**
 * Returns the least number of bytes that a name must have to match.
 * @throws PatternError
 */
export function shortestMatch(pattern: string): number {
  if (!GLOB_CHARACTER.test(pattern)) return Buffer.byteLength(pattern);
  return parseGlob(pattern).filter((part) => part !== "any").length;
}

/** Returns a function that tests whether a name matches one of the patterns. */
export class CommFilter {
  private readonly results = new Map<string, boolean>();
  private readonly globs: readonly ReturnType<typeof parseGlob>[];

  /** @throws PatternError */
  constructor(patterns: readonly string[]) {
    this.globs = patterns.map((pattern) =>
      GLOB_CHARACTER.test(pattern) ? parseGlob(pattern) : [...Buffer.from(pattern)],
    );
  }

  /** Whether a process, or one of those that led to it, has a name that matches. */
  matchesChain(chain: ProcessChain | null): boolean {
    return chain?.links.some(({ comm }) => this.matches(comm)) ?? false;
  }

  /** @param comm one character per byte */
  matches(comm: string): boolean {
    let result = this.results.get(comm);
    if (result === undefined) {
      const bytes = Buffer.from(comm, "latin1");
      result = this.globs.some((glob) => matchesGlob(glob, bytes, 0, bytes.length));
      if (this.results.size >= MAX_REMEMBERED) this.results.clear();
      this.results.set(comm, result);
    }
    return result;
  }
}
