import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { setWriter } from "../../../src/cli/messages.ts";
import {
  combineStatus,
  RecordingSession,
  type SessionOptions,
} from "../../../src/cli/record/session.ts";
import type { Loss } from "../../../src/events/loss.ts";
import type { RunTrailer } from "../../../src/events/run-info.ts";
import { SystemError } from "../../../src/ffi/errno.ts";
import { OutputClosedError } from "../../../src/storage/output-file.ts";

const ENOSPC = 28;

let stderr = "";
setWriter((text) => {
  stderr += text;
});
beforeEach(() => {
  stderr = "";
});
afterAll(() =>
  setWriter((text) => {
    process.stderr.write(text);
  }),
);

/** A source of three events, which must be closed before its losses are final. */
class Numbers {
  readonly fd = -1;
  closed = false;
  missing: Loss[] = [];
  private events = [1, 2, 3];

  drain(visit: (event: number) => void): void {
    for (const event of this.events.splice(0)) visit(event);
  }
  losses(): Loss[] {
    return this.closed ? this.missing : [];
  }
  close(): void {
    this.closed = true;
  }
}

/** The result of the last recording. */
let concluded: RunTrailer | null = null;

/** Records the three events. Returns the exit status and the messages. */
function record(
  options: Partial<SessionOptions<number>> & { missing?: Loss[]; error?: Error } = {},
): [number, string] {
  const { missing = [], error, ...rest } = options;
  const source = new Numbers();
  source.missing = missing;
  let delivered = 0;
  concluded = null;
  const sink = {
    get delivered() {
      return delivered;
    },
    write() {
      if (error) throw error;
      delivered++;
    },
    flush() {},
    close() {},
    conclude(result: RunTrailer) {
      concluded = result;
    },
  };
  const session = new RecordingSession<number>({ args: {}, source, sink, ...rest });
  session.pipeline.drain();
  return [session.finish(" (note)"), stderr];
}

describe("a recording", () => {
  const missing = [{ what: "dropped", count: 7 }];
  const complete = { "require-complete": true };

  test("ends with a completeness summary, unless it is quiet", () => {
    expect(record()).toEqual([0, "trace: 3 events, complete (note)\n"]);
    stderr = "";
    expect(record({ args: { quiet: true } })).toEqual([0, ""]);
  });

  test("reports losses also if it is quiet, and fails if it has to be complete", () => {
    const summary = "trace: 3 events, INCOMPLETE: 7 dropped (note)\n";
    expect(record({ missing, args: { quiet: true } })).toEqual([0, summary]);
    stderr = "";
    expect(record({ missing, args: complete })).toEqual([3, summary]);
  });

  test("adds the losses of its caller", () => {
    const losses = () => [{ what: "unnamed", count: 1 }];
    expect(record({ missing, losses })[1]).toContain("INCOMPLETE: 7 dropped; 1 unnamed (note)\n");
  });

  test("fails if the output cannot be written", () => {
    const error = new SystemError("write", "f", ENOSPC);
    expect(record({ error, args: complete })).toEqual([
      125,
      "trace: write(f): ENOSPC: No space left on device\n" +
        "trace: 0 events, INCOMPLETE: 3 not written (note)\n",
    ]);
  });

  test("passes its result to the sink, also if the output fails", () => {
    record({ missing });
    expect(concluded).toMatchObject({ events: 3, complete: false, losses: missing, status: null });
    expect(Date.parse(String(concluded?.ended))).toBeGreaterThan(Date.now() - 60_000);
    record({ error: new SystemError("write", "f", ENOSPC) });
    expect(concluded).toMatchObject({ events: 0, losses: [{ what: "not written", count: 3 }] });
  });

  test("ends without a message if nobody reads the output", () => {
    expect(record({ error: new OutputClosedError() })).toEqual([0, ""]);
    expect(record({ readerGone: () => true })).toEqual([0, ""]);
  });
});

test("the status of the command is passed on if trace itself succeeded", () => {
  expect([combineStatus(0, 7), combineStatus(0, null), combineStatus(3, 7)]).toEqual([7, 130, 3]);
});
