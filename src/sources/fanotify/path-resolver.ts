/**
 * Resolves the current paths of directories that no event has named, and attaches them to the tree.
 */
import { openPath } from "../../ffi/directory.ts";
import { close } from "../../ffi/fd.ts";
import { baseName, parentPath } from "../../text/path.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import { orElse, type Scanner } from "./scanner.ts";

export class PathResolver {
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;

  constructor(tree: DirectoryTree, scanner: Scanner) {
    this.tree = tree;
    this.scanner = scanner;
  }

  /** Attaches a directory, and its ancestors on the same mount, according to a path. */
  attachWithAncestors(directory: Directory, path: Uint8Array): void {
    let child = directory;
    let at = path;
    while (at.length > 1) {
      const parent = this.parentOf(child, parentPath(at));
      if (!parent) break;
      this.tree.attach(child, parent, baseName(at));
      if (this.tree.resolve(parent).path) return;
      child = parent;
      at = parentPath(at);
    }
    this.tree.attachAtPath(child, at);
  }

  /** Returns the directory at a path; null if it is on another mount or cannot be opened. */
  private parentOf({ mount }: Directory, path: Uint8Array): Directory | null {
    const { handles } = this.scanner;
    const fd = orElse(-1, () => openPath(path));
    if (fd < 0) return null;
    const isSameMount = orElse(false, () => {
      this.scanner.identify(fd, mount);
      return handles.mountId === mount!.mountId;
    });
    close(fd);
    if (!isSameMount) return null;
    const parent = this.tree.at(handles.memory.view, 0, handles.length);
    parent.mount = mount;
    return parent;
  }

  /**
   * Returns the path of a directory. If its topmost known ancestor has no path, looks that up.
   * @returns null if the path cannot be determined
   */
  pathOf(directory: Directory): Uint8Array | null {
    if (this.tree.resolve(directory).path) return directory.path;
    let top = directory;
    while (top.parent) top = top.parent;
    const path = this.scanner.currentPath(top);
    if (path) this.attachWithAncestors(top, path);
    return this.tree.resolve(directory).path;
  }
}
