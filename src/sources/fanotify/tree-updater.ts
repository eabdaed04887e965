/** Updates the directory tree from events that create, move and remove directories. */
import * as fan from "../../kernel/fanotify.ts";
import type { FanotifyEvent, FidRecord } from "../../kernel/fanotify-event.ts";
import type { Directory, DirectoryTree } from "./directory-tree.ts";
import { recordName } from "./event-scope.ts";
import type { Scanner } from "./scanner.ts";

export class TreeUpdater {
  private readonly tree: DirectoryTree;
  private readonly scanner: Scanner;

  constructor(tree: DirectoryTree, scanner: Scanner) {
    this.tree = tree;
    this.scanner = scanner;
  }

  /**
   * Applies an event about a directory to the tree.
   * @returns a directory whose entries are to be reported but are not known, so it must be scanned
   */
  update(event: FanotifyEvent): Directory | null {
    const { mask, dfid, newDfid } = event;
    if (mask & fan.FAN_RENAME) return this.toScan(this.handleMove(event, newDfid));
    const created = mask & fan.FAN_CREATE ? this.handleCreate(event) : null;
    if (mask & fan.FAN_DELETE) this.handleDelete(event);
    if (!event.fid.isPresent && mask & fan.FAN_MOVED_TO)
      return this.toScan(this.handleMove(event, dfid));
    return this.toScan(created);
  }

  /** Forgets what may have changed in events that were dropped. */
  forgetAttributes(): void {
    for (const directory of this.tree.all()) directory.attributes = null;
  }

  /** Returns the directory if it has to be scanned, else null. */
  private toScan(directory: Directory | null): Directory | null {
    if (!directory || directory.isScanned || directory.isRemoved) return null;
    return this.tree.resolve(directory).reportsChildren ? directory : null;
  }

  private directoryOf({ view }: FanotifyEvent, { keyStart, keyLength }: FidRecord): Directory {
    return this.tree.at(view, keyStart, keyLength);
  }

  /** Returns the directory of an event. Without its handle, the one that has the name now. */
  private target(event: FanotifyEvent, parent: Directory, name: Uint8Array): Directory | null {
    if (event.fid.isPresent) return this.directoryOf(event, event.fid);
    return this.scanner.findChild(parent, name);
  }

  private handleCreate(event: FanotifyEvent): Directory | null {
    const parent = this.directoryOf(event, event.dfid);
    const name = recordName(event, event.dfid);
    const created = this.target(event, parent, name);
    if (!created) return null;
    this.tree.attach(created, parent, name);
    // Under a filesystem mark every entry has an event.
    const hasFilesystemMark = created.mount?.hasFilesystemMark ?? false;
    created.isScanned ||= hasFilesystemMark;
    created.isNew = !hasFilesystemMark;
    created.createdBy = event.pid;
    return created;
  }

  private handleMove(event: FanotifyEvent, to: FidRecord): Directory | null {
    if (!to.isPresent) return this.handleMoveAway(event);
    const parent = this.directoryOf(event, to);
    const name = recordName(event, to);
    const moved = this.target(event, parent, name);
    if (!moved) return null;
    moved.hasLeft = false;
    this.tree.attach(moved, parent, name);
    return moved;
  }

  /** Handles a move to an unwatched directory. */
  private handleMoveAway({ view, fid }: FanotifyEvent): null {
    const moved = this.tree.find(view, fid.keyStart, fid.keyLength);
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
