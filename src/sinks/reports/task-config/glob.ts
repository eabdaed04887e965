/**
 * Globs of task runners, made of those of lock files. What is a special character in one of their
 * dialects becomes "?", because the dialects do not agree on how to escape it.
 */
import { surrogateEscape } from "../../../text/surrogate-escape.ts";

const TOKEN = /\\([\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/gu;
/** Characters of globs in Nx, Turborepo or Vite Task, what JSON escapes, and bytes that are no text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: file names may have them
const SPECIAL = /[*?[\]{}()<>!$\\|^@+\x00-\x1f\x7f]|[\udc80-\udcff]/gu;

/** A file, or a directory with all that is below it. */
export interface TaskPath {
  /** A glob, without the end that stands for all that is below. */
  readonly glob: string;
  readonly isDirectory: boolean;
}

/** Returns a glob of a lock as one of task runners. @param text latin1 */
export function taskPath(text: string): TaskPath {
  const isDirectory = text.endsWith("/*");
  const own = surrogateEscape(isDirectory ? text.slice(0, -2) : text);
  const glob = own.replace(/^\.\//, "").replace(TOKEN, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return plain(escaped);
    return token.length > 1 || token === "*" || token === "?" ? token : plain(token);
  });
  return { glob, isDirectory };
}

function plain(text: string): string {
  return text.replace(SPECIAL, "?");
}
