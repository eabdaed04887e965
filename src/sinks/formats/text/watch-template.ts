/** The conversions of templates for changes of files, with the meaning that inotifywait gives them. */
import { memoizeWord } from "../../../events/memo-words.ts";
import { isNote, type WatchEvent } from "../../../events/watch-event.ts";
import { ByteSlice } from "../../../text/byte-slice.ts";
import type { Conversions } from "../template.ts";

const SLASH = 0x2f;
/** inotify(7) reports these of a directory without IN_ISDIR. */
const OF_ITSELF = ["DELETE_SELF", "MOVE_SELF"];

/** Returns where the last name of a path begins. */
function nameStart({ bytes, start, length }: ByteSlice): number {
  let at = start + length;
  while (at > start && bytes[at - 1] !== SLASH) at--;
  return at;
}

/** Returns the names of an event: its type, CLOSE for both kinds of it, and ISDIR. */
function eventNames({ type, isDirectory }: WatchEvent): string[] {
  const names: string[] = [type];
  if (type === "CLOSE_WRITE" || type === "CLOSE_NOWRITE") names.push("CLOSE");
  if (isDirectory && !OF_ITSELF.includes(type) && !isNote(type)) names.push("ISDIR");
  return names;
}

function eventWord(separator: string): (event: WatchEvent) => ByteSlice | null {
  const word = memoizeWord((names: string) => names);
  return (event) => word(eventNames(event).join(separator));
}

const directory = new ByteSlice();
const name = new ByteSlice();

/** The conversions of a history, which has no numbers that connect both events of a move. */
export const HISTORY_CONVERSIONS: Conversions<WatchEvent> = {
  letters: {
    w: ({ path }) => {
      directory.bytes = path.bytes;
      directory.start = path.start;
      directory.length = nameStart(path) - path.start;
      return directory;
    },
    f: ({ path }) => {
      name.bytes = path.bytes;
      name.start = nameStart(path);
      name.length = path.start + path.length - name.start;
      return name;
    },
    e: eventWord(","),
  },
  separated: { e: eventWord },
  isNote: ({ type }) => isNote(type),
};

/** The conversions of changes as they happen. */
export const WATCH_CONVERSIONS: Conversions<WatchEvent> = {
  ...HISTORY_CONVERSIONS,
  letters: {
    ...HISTORY_CONVERSIONS.letters,
    c: ({ cookie }) => ByteSlice.from(cookie.toString(16)),
  },
};
