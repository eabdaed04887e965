/** Finds out where directories are that no event has told of, and puts them into the tree. */
import { openPath } from "../../ffi/directory.ts";
import { close } from "../../ffi/fd.ts";
import type { Directory, Tree } from "./directory-tree.ts";
import { type Scanner, unlessRefused } from "./scanner.ts";

const SLASH = 0x2f;

export class Locator {
  private readonly tree: Tree;
  private readonly scanner: Scanner;

  constructor(tree: Tree, scanner: Scanner) {
    this.tree = tree;
    this.scanner = scanner;
  }

  /** Puts a directory, and those above it on the same mount, where a path says that they are. */
  place(directory: Directory, path: Uint8Array): void {
    let child = directory;
    let at = path;
    while (at.length > 1) {
      const parent = this.above(child, parentPath(at));
      if (!parent) break;
      this.tree.place(child, parent, nameOf(at));
      if (this.tree.resolve(parent).path) return;
      child = parent;
      at = parentPath(at);
    }
    this.tree.placeAt(child, at);
    if (directory.mounted) directory.mounted.path = at;
  }

  /** The directory at a path, unless it is on another mount, or may not be looked at. */
  private above({ mounted }: Directory, path: Uint8Array): Directory | null {
    const { handles } = this.scanner;
    const fd = unlessRefused(-1, () => openPath(path));
    if (fd < 0) return null;
    const isKnown = unlessRefused(false, () => {
      this.scanner.identify(fd, mounted);
      return handles.mountId === mounted!.mountId;
    });
    close(fd);
    if (!isKnown) return null;
    const parent = this.tree.at(handles.memory.view, 0, handles.length);
    parent.mounted = mounted;
    parent.onTheWay = true;
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
    const path = this.scanner.lookUp(top);
    if (path) this.place(top, path);
    return this.tree.resolve(directory).path;
  }
}

/** The path of the directory that a path's last name is in. */
export function parentPath(path: Uint8Array): Uint8Array {
  return path.slice(0, Math.max(path.lastIndexOf(SLASH), 1));
}

/** The last name of a path. */
export function nameOf(path: Uint8Array): Uint8Array {
  return path.slice(path.lastIndexOf(SLASH) + 1);
}
