/** The digests of a run's files, by what they are of and by path, as reports name it. */
import type { DigestRole, FileDigest } from "../events/file-digest.ts";

export class Digests {
  private readonly byRole = new Map<DigestRole, Map<string, FileDigest>>();

  add(digest: FileDigest): void {
    let digests = this.byRole.get(digest.role);
    if (!digests) {
      digests = new Map();
      this.byRole.set(digest.role, digests);
    }
    digests.set(digest.path, digest);
  }

  addAll(digests: Iterable<FileDigest>): void {
    for (const digest of digests) this.add(digest);
  }

  /** @param path one that the run itself sees, one character per byte */
  get(role: DigestRole, path: string): FileDigest | undefined {
    return this.byRole.get(role)?.get(path);
  }

  get isEmpty(): boolean {
    return this.byRole.size === 0;
  }

  *[Symbol.iterator](): Iterator<FileDigest> {
    for (const digests of this.byRole.values()) yield* digests.values();
  }
}
