/** Keeps the tree of directories as the events say that they were made, moved and removed. */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import { recordName } from "./event-scope.ts";
import type { PathResolver } from "./path-resolver.ts";
import type { Scanner } from "./scanner.ts";

export class TreeUpdater {
  /** Directories that lead to what the user gave and were moved to nobody knows where. */
  lost = 0;
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;
  private readonly pathResolver: PathResolver;

  constructor(tree: DirectoryTree, scanner: Scanner, locator: PathResolver) {
    this.tree = tree;
    this.scanner = scanner;
    this.pathResolver = locator;
  }

  /**
   * Takes in an event about a directory.
   * @returns a directory that has to be read now: it has appeared where all is wanted
   */
  update(event: FanotifyEvent): Directory | null {
    const { mask, dfid, newDfid } = event;
    if (mask & fan.FAN_RENAME) return this.toScan(this.handleMove(event, newDfid));
    const made = mask & fan.FAN_CREATE ? this.handleCreate(event) : null;
    if (mask & fan.FAN_DELETE) this.handleDelete(event);
    if (!event.fid.isPresent && mask & fan.FAN_MOVED_TO)
      return this.toScan(this.handleMove(event, dfid));
    return this.toScan(made);
  }

  private toScan(directory: Directory | null): Directory | null {
    if (!directory || directory.isScanned || directory.isRemoved) return null;
    return this.tree.resolve(directory).reportsChildren ? directory : null;
  }

  private directoryOf({ view }: FanotifyEvent, { keyStart, keyLength }: FidRecord): Directory {
    return this.tree.at(view, keyStart, keyLength);
  }

  /** The directory that an event is about; where the kernel does not say, what has its name now. */
  private target(event: FanotifyEvent, parent: Directory, name: Uint8Array): Directory | null {
    if (event.fid.isPresent) return this.directoryOf(event, event.fid);
    return this.scanner.findChild(parent, name);
  }

  private handleCreate(event: FanotifyEvent): Directory | null {
    const parent = this.directoryOf(event, event.dfid);
    const name = recordName(event, event.dfid);
    const made = this.target(event, parent, name);
    if (!made) return null;
    this.tree.attach(made, parent, name);
    // With one mark for all nothing can have been made in it that did not tell of itself.
    const isWhole = made.mount?.hasFilesystemMark ?? false;
    made.isScanned ||= isWhole;
    made.isNew = !isWhole;
    return made;
  }

  private handleMove(event: FanotifyEvent, to: FidRecord): Directory | null {
    if (!to.isPresent) return this.handleMoveAway(event);
    const parent = this.directoryOf(event, to);
    const name = recordName(event, to);
    const moved = this.target(event, parent, name);
    // Where it is mounted a directory stays, wherever it is moved on its file system.
    if (!moved || moved.fixedPath) return null;
    this.tree.attach(moved, parent, name);
    if (moved.isAncestorOfWatched && !this.pathResolver.pathOf(moved)) this.lost++;
    return moved;
  }

  /** It was moved to where nothing is watched. */
  private handleMoveAway({ view, fid }: FanotifyEvent): null {
    const moved = this.tree.find(view, fid.keyStart, fid.keyLength);
    if (moved?.isAncestorOfWatched) this.lost++;
    if (moved) this.tree.detach(moved);
    return null;
  }

  private handleDelete({ view, pid, fid }: FanotifyEvent): void {
    const removed = fid.isPresent ? this.tree.find(view, fid.keyStart, fid.keyLength) : null;
    if (!removed) return;
    removed.isRemoved = true;
    removed.removedBy = pid;
  }
}
