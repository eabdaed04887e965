/** What is known of the run of an export, and how the export names its files. */
import { version } from "../../../package.json";
import type { RunHeader, RunTrailer } from "../../events/run-info.ts";
import type { RunFacts } from "../../sinks/reports/exports/account.ts";
import { Names, type Redaction } from "../../sinks/reports/exports/names.ts";
import { normalizePath } from "../../text/path.ts";
import { surrogateUnescape } from "../../text/surrogate-escape.ts";

/** A run as its record says it; nothing of it is trusted. */
export interface RecordedRun extends Pick<RunTrailer, "status"> {
  readonly user: RunHeader["user"] | null;
  readonly directories?: object | null;
  readonly command: readonly string[] | null;
  readonly cwd: string | null;
  readonly started: string | null;
  readonly ended: string | null;
  readonly losses: RunFacts["losses"];
  readonly place: Partial<RunHeader>;
}

/** A record may contain anything: what is no text is not known. */
function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function latin1OrNull(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : surrogateUnescape(text);
}

export function factsOf(observation: RecordedRun): RunFacts {
  const { command, cwd, user, directories, started, ended, status, losses, place } = observation;
  const isUser = typeof user?.name === "string" && Number.isSafeInteger(user.uid);
  return {
    trace: textOrNull(place.trace) ?? version,
    command: (command ?? []).map((word) => surrogateUnescape(String(word))),
    cwd: latin1OrNull(cwd),
    host: textOrNull(place.host),
    kernel: textOrNull(place.kernel),
    machine: textOrNull(place.machine),
    boot: textOrNull(place.boot),
    backend: textOrNull(place.backend),
    user: isUser ? { uid: user!.uid, name: user!.name } : null,
    home: latin1OrNull(Object(directories).home),
    started: textOrNull(started),
    ended: textOrNull(ended),
    status,
    losses,
  };
}

export function namesOf(facts: RunFacts, redacted: readonly Redaction[]): Names {
  const { cwd, home, host, user } = facts;
  return new Names({
    directory: cwd === null ? "" : normalizePath(cwd),
    redacted: new Set(redacted),
    names: {
      home: home ?? (user && (user.uid === 0 ? "/root" : `/home/${user.name}`)),
      user: user?.name ?? null,
      host,
    },
  });
}
