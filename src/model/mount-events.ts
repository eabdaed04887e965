/** Applies the calls that mount and unmount file systems: mount(2), move_mount(2), pivot_root(2). */
import {
  MS_BIND,
  MS_MOVE,
  MS_PRIVATE,
  MS_REMOUNT,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from "../kernel/mount.ts";
import type { Files } from "./files.ts";
import type { Location } from "./path-walk.ts";
import type { RunEvent } from "./run-event.ts";

/** With one of these, mount(2) changes a mount that is there. */
const CHANGES_ONLY = MS_REMOUNT | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

/**
 * @param target where the event's path leads
 * @param second where its second path leads; null if it has none
 */
export function applyMountEvent(
  files: Files,
  event: RunEvent,
  target: Location,
  second: Location | null,
): void {
  switch (event.call) {
    case "mount":
      mount(files, event, target);
      return;
    case "move_mount":
      // A detached mount has no name: the event says itself in which mount the target is now.
      if (event.name2 !== "" && second) files.moveMount(second, target);
      return;
    case "umount":
    case "umount2":
      files.unmount(target);
      return;
    case "pivot_root":
      files.pivotRoot(target);
      return;
    default:
      files.found(target, true);
  }
}

function mount(files: Files, event: RunEvent, target: Location): void {
  const { flags, name2: source, directory } = event;
  if (flags & CHANGES_ONLY) return;
  if ((flags & (MS_BIND | MS_MOVE)) === 0) {
    files.mount(target);
    return;
  }
  // The base of a relative source is known only if that of the target is it too.
  const isRelative = !source.startsWith("/");
  if (isRelative && (event.name.startsWith("/") || directory === null)) {
    files.mount(target);
    return;
  }
  const path = isRelative ? `${directory}/${source}` : source;
  const from = { view: target.view, path, followed: false };
  if (flags & MS_MOVE) files.moveMount(from, target);
  else files.bindMount(from, target);
}
