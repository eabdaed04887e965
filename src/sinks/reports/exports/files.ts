/** The files of an account, and their digests. */
import type { FileId } from "../../../model/file.ts";

export interface Digest {
  readonly sha256: string;
  readonly size: number;
}

/** Why there is no digest. */
export type Missing =
  | "unproven"
  | "gone"
  | "changed"
  | "not regular"
  | "not wanted"
  | "not known"
  | "unreadable";

/** A file whose content is to be hashed. */
export interface Hashed {
  /** latin1 */
  readonly path: string;
  readonly role: "input" | "output";
  readonly isProgram: boolean;
  readonly id: FileId;
  /** Its content may not be younger than this: nanoseconds since 1970; 0 if it is not known. */
  readonly time: number;
}

/** Returns the digest of the content that a file had in the run, or why there is none. */
export type Hasher = (file: Hashed) => Digest | Missing;

/** A file as it was at one time: when the run read it, or when it ended. */
export interface AccountFile {
  /** latin1 */
  readonly path: string;
  readonly role: "input" | "output";
  readonly digest: Digest | null;
  /** Why there is no digest; null if there is one. */
  readonly missing: Missing | null;
  readonly times: number;
  /** Whether a process executed it, rather than read it. */
  readonly isProgram: boolean;
}
