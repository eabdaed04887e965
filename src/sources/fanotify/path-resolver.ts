/** Finds out where directories are that no event has told of, and puts them into the tree. */
import { openPath } from "../../ffi/directory.ts";
import { close } from "../../ffi/fd.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import { orElse, type Scanner } from "./scanner.ts";

const SLASH = 0x2f;

export class PathResolver {
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;

  constructor(tree: DirectoryTree, scanner: Scanner) {
    this.tree = tree;
    this.scanner = scanner;
  }

  /** Puts a directory, and those above it on the same mount, where a path says that they are. */
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
    if (directory.mount) directory.mount.path = at;
  }

  /** The directory at a path, unless it is on another mount, or may not be looked at. */
  private parentOf({ mount }: Directory, path: Uint8Array): Directory | null {
    const { handles } = this.scanner;
    const fd = orElse(-1, () => openPath(path));
    if (fd < 0) return null;
    const isKnown = orElse(false, () => {
      this.scanner.identify(fd, mount);
      return handles.mountId === mount!.mountId;
    });
    close(fd);
    if (!isKnown) return null;
    const parent = this.tree.at(handles.memory.view, 0, handles.length);
    parent.mount = mount;
    parent.isAncestorOfWatched = true;
    return parent;
  }

  /**
   * The path of a directory; where nothing is known of what is above it, that is looked up now.
   * @returns null: it cannot be found out
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

/** The path of the directory that a path's last name is in. */
export function parentPath(path: Uint8Array): Uint8Array {
  return path.slice(0, Math.max(path.lastIndexOf(SLASH), 1));
}

/** The last name of a path. */
export function baseName(path: Uint8Array): Uint8Array {
  return path.slice(path.lastIndexOf(SLASH) + 1);
}
