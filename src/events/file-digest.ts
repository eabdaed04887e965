/**
 * SHA-256 digests of the files of a run, and what is proven of them. They follow the events of a
 * record: docs/record-format.md.
 */
import { backslashEscape } from "../text/backslash-escape.ts";
import { surrogateEscape, surrogateUnescape } from "../text/surrogate-escape.ts";

/** What a digest is of: a file that was read, that there is at the end, or that was executed. */
export const DIGEST_ROLES = ["input", "output", "program"] as const;
export type DigestRole = (typeof DIGEST_ROLES)[number];

export const DIGEST_STATES = [
  /** Of what an input or a program was when it was opened, an output when the command ended. */
  "exact",
  /** It was read without an error, but nothing proves that it had not changed before. */
  "unproven",
  /** It changed in between: no digest. */
  "changed",
  /** It could not be read: no digest. */
  "unread",
] as const;
export type DigestState = (typeof DIGEST_STATES)[number];

export interface FileDigest {
  readonly role: DigestRole;
  /** As in the summary: of an input at the start of the run. One character per byte. */
  readonly path: string;
  readonly state: DigestState;
  /** Why it is not exact. */
  readonly reason?: string;
  /** Hexadecimal; null where there is none. */
  readonly sha256: string | null;
  /** The digest of fs-verity, of a file that has it: "sha256:" and hexadecimal digits. */
  readonly verity?: string;
  /** What was proven of: absent if the file could not be opened. */
  readonly stamp?: FileStamp;
}

/** The attributes of a file that change with its content: stat(2). */
export interface FileStamp {
  /** "8:1" */
  readonly dev: string;
  readonly ino: string;
  readonly size: number;
  /** Seconds since 1970 with nine decimals. */
  readonly mtime: string;
  readonly ctime: string;
}

/** Returns a digest as JSON has it. @param escapes whether its path is escaped by backslashes */
export function toRecordedDigest(digest: FileDigest, escapes = false): FileDigest {
  const { path } = digest;
  return { ...digest, path: escapes ? backslashEscape(path) : surrogateEscape(path) };
}

const isText = (value: unknown): value is string => typeof value === "string";
const HEXADECIMAL = /^[0-9a-f]{64}$/;
const VERITY = /^sha(256|512):[0-9a-f]{64,128}$/;

/** Returns the digest that parsed JSON describes; null if it is none: a file may contain anything. */
export function fromRecordedDigest(value: unknown): FileDigest | null {
  const { role, path, state, reason, sha256, verity, stamp } = Object(value) as {
    readonly [key in keyof FileDigest]: unknown;
  };
  const known = { role: role as DigestRole, state: state as DigestState };
  if (!isText(path) || !DIGEST_ROLES.includes(known.role)) return null;
  if (!DIGEST_STATES.includes(known.state)) return null;
  const hasDigest = known.state === "exact" || known.state === "unproven";
  const isDigest = isText(sha256) && HEXADECIMAL.test(sha256);
  if (isDigest !== hasDigest) return null;
  const parsed = parseStamp(stamp);
  return {
    ...known,
    path: surrogateUnescape(path),
    ...(isText(reason) ? { reason } : {}),
    sha256: isDigest ? sha256 : null,
    ...(isText(verity) && VERITY.test(verity) ? { verity } : {}),
    ...(parsed ? { stamp: parsed } : {}),
  };
}

function parseStamp(value: unknown): FileStamp | null {
  const { dev, ino, size, mtime, ctime } = Object(value) as {
    readonly [key in keyof FileStamp]: unknown;
  };
  if (![dev, ino, mtime, ctime].every(isText) || !Number.isSafeInteger(size)) return null;
  return { dev, ino, size, mtime, ctime } as FileStamp;
}
