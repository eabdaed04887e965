/** Finds the paths of files in the repository that a lock belongs to. */
import type { Bases } from "../../policy/names.ts";
import { absoluteLatin1, pathAliases, pathExists } from "../../process/paths.ts";
import { directoryPrefix, normalizePath } from "../../text/path.ts";

export class Repository {
  /** Latin1, with a slash at the end. */
  private readonly roots: readonly string[];

  /** The root is that of the job's checkout, or the nearest directory with .git. */
  constructor({ base }: Bases) {
    const workspace = process.env.GITHUB_WORKSPACE;
    const roots = workspace ? pathAliases(workspace) : base.map(repositoryOf);
    this.roots = [...new Set(roots.map((root) => directoryPrefix(normalizePath(root))))];
  }

  /** Returns a path relative to the root; null if it is outside. @param path as it is named */
  relative(path: string): string | null {
    return this.below(normalizePath(absoluteLatin1(path)));
  }

  /** Returns the path of a file that is there, relative to the root. @param path latin1 */
  find(path: string): string | null {
    const relative = this.below(path);
    return relative !== null && pathExists(Buffer.from(path, "latin1").toString())
      ? relative
      : null;
  }

  private below(path: string): string | null {
    const root = this.roots.find((each) => path.startsWith(each));
    return root === undefined ? null : path.slice(root.length);
  }
}

/** Returns the nearest directory that has .git, or the directory itself; latin1. */
function repositoryOf(directory: string): string {
  for (let path = directory; path.length > 1; path = path.slice(0, path.lastIndexOf("/")))
    if (pathExists(`${Buffer.from(path, "latin1").toString()}/.git`)) return path;
  return directory;
}
