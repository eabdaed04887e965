/** What a summary takes from an event of the kernel. */
import { expect, test } from "bun:test";
import * as abi from "../../../../src/events/event-record.ts";
import { toSummaryEvent } from "../../../../src/sinks/reports/summary/from-events.ts";
import { buildRecord, components, streams } from "../../../fixtures/builders.ts";
import { eventOf } from "../../../fixtures/fixtures.ts";

test("an exec has its working directory and its standard streams", () => {
  const parts = {
    path: components("/bin/a"),
    path2: components("/home/x"),
    stdio: streams({ ino: 5, dev: 14, mode: 0o010600, pipefs: true }, null, {
      ino: 7,
      dev: (8 << 20) | 1,
      mode: 0o100644,
    }),
  };
  const fields = { notes: abi.NOTE_PATH | abi.NOTE_PATH2 };
  const event = toSummaryEvent(eventOf(buildRecord(abi.EVENT_EXEC, fields, parts)));
  expect(event).toMatchObject({ path: "/bin/a", path2: null, cwd: "/home/x" });
  const file = { id: `${(8 << 20) | 1}:7`, type: "file" };
  expect(event.stdio).toEqual([{ id: "14:5", type: "fifo" }, null, file]);
});

test("an exec whose streams were not requested has none", () => {
  const event = toSummaryEvent(eventOf(buildRecord(abi.EVENT_EXEC)));
  expect(event).toMatchObject({ cwd: null, stdio: null });
});
