/** Where an export is written: a file, or the directory of a crate. */
import { absolute, realPathText } from "../../process/paths.ts";
import type { User } from "../../process/user.ts";
import type { Account } from "../../sinks/reports/exports/account.ts";
import { isUnicode } from "../../sinks/reports/exports/names.ts";
import { crateFiles } from "../../sinks/reports/exports/ro-crate.ts";
import { copyFile, makeDirectory } from "../../storage/crate-directory.ts";
import type { FileOutput } from "../../storage/output-file.ts";
import { textToLatin1 } from "../../text/latin1.ts";
import { dirname } from "../../text/path.ts";
import { openOutput } from "../options/output.ts";

const METADATA = "ro-crate-metadata.json";
/** Larger files are named by a URI only. */
export const MAX_COPIED = 10 << 20;

export class ExportTarget {
  readonly output: FileOutput;
  /** The directory of a crate; null for standard output and other formats. */
  private readonly directory: string | null;
  private readonly user: User | null;

  /**
   * Opens the output.
   * @param path "-" for standard output
   * @param user the owner of new files
   */
  constructor(path: string, format: string, user: User | null) {
    const isCrate = format === "ro-crate" && path !== "-";
    const isMetadata = path === METADATA || path.endsWith(`/${METADATA}`);
    this.user = user;
    this.directory = isCrate ? (isMetadata ? dirname(path) : path.replace(/(.)\/+$/, "$1")) : null;
    if (this.directory !== null) makeDirectory(this.directory, user);
    const file = this.directory === null ? path : `${this.directory}/${METADATA}`;
    this.output = openOutput(file, user);
  }

  /**
   * Copies files into the crate.
   * @returns whether a file is in the crate
   */
  copy({ facts, names, ...account }: Account, allFiles: boolean): (path: string) => boolean {
    const copied = new Set<string>();
    for (const { path, digest } of crateFiles({ facts, names, ...account }, allFiles)) {
      if (digest === null || digest.size > MAX_COPIED || !isUnicode(path)) continue;
      const name = names.name(path);
      if (name === METADATA) continue;
      const target = `${absolute(this.directory ?? ".")}/${name}`;
      if (copyFile(path, digest.sha256, target, this.user)) copied.add(path);
    }
    return (path) => copied.has(path);
  }

  /** Returns whether a file is where the crate is, without copies. */
  contains({ facts, names }: Account): (path: string) => boolean {
    const isInPlace =
      this.directory === null ||
      (facts.cwd !== null && textToLatin1(realPathText(this.directory)) === facts.cwd);
    return (path) => isInPlace && names.isLocal(path);
  }

  write(content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    this.output.begin();
    this.output.write(bytes, bytes.length);
  }
}
