/** Whether a call follows a symbolic link in the last component of its first name: path_resolution(7). */
import { AT_SYMLINK_FOLLOW, AT_SYMLINK_NOFOLLOW, O_CREAT, O_EXCL } from "../kernel/fcntl.ts";
import type { EventKind } from "./event-kinds.ts";

/** `slash`: only a link with a slash after it is followed. */
export type LinkPolicy = "always" | "slash" | "never";

/** inotify_add_watch(2), fanotify_mark(2). */
const IN_DONT_FOLLOW = 0x02000000;
const FAN_MARK_DONT_FOLLOW = 0x4;

/** These create, move or remove the name itself. */
const NAME_KINDS: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(["rename", "unlink", "rmdir", "mkdir", "mknod", "symlink", "bind"] as const),
]);
/** lstat64, oldlstat, lchown32, llistxattr … */
const LINK_CALL = /^(?:old)?l(?:stat|chown|(?:set|get|list|remove)xattr)/;

/**
 * @param flags the call's flags argument; 0 if it has none
 * @param openNofollow the value of O_NOFOLLOW on the call's architecture
 */
export function linkPolicy(
  call: { readonly name: string; readonly kind: EventKind },
  flags: number,
  openNofollow: number,
): LinkPolicy {
  const { name, kind } = call;
  if (NAME_KINDS.has(kind)) return "never";
  if (kind === "link" || name === "name_to_handle_at")
    return flags & AT_SYMLINK_FOLLOW ? "always" : "slash";
  if (kind === "readlink" || LINK_CALL.test(name)) return "slash";
  if (kind === "open") {
    const createsNew = (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0;
    return createsNew ? "never" : flags & openNofollow ? "slash" : "always";
  }
  if (kind === "watch") {
    const nofollow = name === "fanotify_mark" ? FAN_MARK_DONT_FOLLOW : IN_DONT_FOLLOW;
    return flags & nofollow ? "slash" : "always";
  }
  return flags & AT_SYMLINK_NOFOLLOW ? "slash" : "always";
}
