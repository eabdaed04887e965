/**
 * The chain of processes that led to a process: itself, the process that forked it as it was then,
 * and so on. A chain never changes: a process that executes another program gets a new one, and its
 * children keep what they were forked by, also when that has ended.
 */

/** A process of a chain. */
export interface ProcessLink {
  readonly pid: number;
  /** One character per byte (latin1), as in `argv`. */
  readonly comm: string;
  /** At most MAX_ARGUMENT_BYTES; CUT at its end stands for the rest. */
  readonly argv: readonly string[];
}

/** Longer chains are cut: a program may fork without end. */
export const MAX_CHAIN = 32;
/** Bytes of a process's arguments in a chain. */
export const MAX_ARGUMENT_BYTES = 256;
/** "…" in UTF-8, as latin1: stands for what was cut. */
export const CUT = "\xe2\x80\xa6";

export class ProcessChain {
  /** Nearest first. */
  readonly links: readonly ProcessLink[];
  /** Whether more processes led here than MAX_CHAIN. */
  readonly isCut: boolean;

  constructor(links: readonly ProcessLink[], isCut = false) {
    this.links = links;
    this.isCut = isCut || links.length > MAX_CHAIN;
    if (links.length > MAX_CHAIN) this.links = links.slice(0, MAX_CHAIN);
  }
}

/** Shortens arguments to MAX_ARGUMENT_BYTES. */
export function cutArguments(argv: readonly string[]): readonly string[] {
  let left = MAX_ARGUMENT_BYTES;
  for (const [index, word] of argv.entries()) {
    if (word.length > left) return [...argv.slice(0, index), cutWord(word, left)];
    left -= word.length + 1;
    if (left <= 0 && index < argv.length - 1) return [...argv.slice(0, index + 1), CUT];
  }
  return argv;
}

/** Shortens a word, not within a UTF-8 sequence. */
function cutWord(word: string, length: number): string {
  let end = length;
  for (let back = 0; back < 3 && isContinuation(word.charCodeAt(end)); back++) end--;
  return word.slice(0, isContinuation(word.charCodeAt(end)) ? length : Math.max(end, 0)) + CUT;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
