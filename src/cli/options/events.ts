/** The option --events of `exec` and `all`. */
import { EVENT_GROUPS, EVENT_KINDS, type EventKind } from "../../events/event-kinds.ts";
import { UsageError } from "../errors.ts";
import { suggestion } from "./names.ts";
import { listOf } from "./values.ts";

/** What --events takes: kinds, and groups of them. */
export const EVENT_VALUES = listOf([
  ...Object.entries(EVENT_GROUPS).map(([name, kinds]) => ({
    name,
    about: name === "all" ? "all events" : `${kinds.slice(0, 4).join(", ")}, …`,
  })),
  ...EVENT_KINDS,
]);

/** The section of --help about events. */
export const EVENTS_HELP = [
  "Events:",
  ...Object.entries(EVENT_GROUPS).map(([group, kinds]) =>
    group === "all" ? "  all       all events" : `  ${group.padEnd(10)}${kinds.join(", ")}`,
  ),
].join("\n");

/** "open,process" → the kinds of events. A group stands for its members. @throws UsageError */
export function parseEvents(text: string): ReadonlySet<EventKind> {
  const names = [...EVENT_KINDS, ...Object.keys(EVENT_GROUPS)];
  const kinds = text.split(",").flatMap((name): readonly EventKind[] => {
    if (Object.hasOwn(EVENT_GROUPS, name)) return EVENT_GROUPS[name];
    const kind = EVENT_KINDS.find((each) => each === name);
    if (kind) return [kind];
    throw new UsageError(`--events ${name}: no such event; ${suggestion(name, names)}`);
  });
  return new Set(kinds);
}
