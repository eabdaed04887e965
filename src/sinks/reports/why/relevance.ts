/**
 * Which events matter for the lineage of files, before anything is made of their bytes: most events of
 * a build are lookups, and of these only those count that are for the name that is asked for.
 */
import type { EventKind } from "../../../events/event-kinds.ts";
import type { FileEvent } from "../../../events/file-event.ts";
import { encodeLatin1 } from "../../../text/latin1.ts";
import { stemOf } from "./searches.ts";

/** Events that only look at a file, or change what is no content. */
const LOOKUPS: ReadonlySet<EventKind> = new Set(["stat", "access", "readlink", "watch"]);
const NO_CONTENT: ReadonlySet<EventKind> = new Set(
  "xattr chmod chown utimes connect bind".split(" ") as EventKind[],
);
const SLASH = 0x2f;
const DOT = 0x2e;

/** @param path that is asked for, in latin1 @returns whether an event matters */
export function relevanceOf(path: string): (event: FileEvent) => boolean {
  const stem = encodeLatin1(stemOf(path));
  return (event) => isRelevant(event, stem);
}

function isRelevant(event: FileEvent, stem: Uint8Array): boolean {
  const { kind } = event;
  if (NO_CONTENT.has(kind)) return false;
  if (event.record.ret >= 0 && !LOOKUPS.has(kind)) return true;
  return hasStem(event, stem);
}

/** Whether the last component of an event's name has the stem. */
function hasStem({ name }: FileEvent, stem: Uint8Array): boolean {
  if (name === null) return false;
  const { bytes, start, length } = name;
  let end = start + length;
  while (end > start && bytes[end - 1] === SLASH) end--;
  let at = end;
  while (at > start && bytes[at - 1] !== SLASH) at--;
  if (end - at < stem.length) return false;
  for (let i = 0; i < stem.length; i++) if (bytes[at + i] !== stem[i]) return false;
  return end - at === stem.length || bytes[at + stem.length] === DOT;
}
