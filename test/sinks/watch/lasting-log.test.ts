import { beforeEach, expect, test } from "bun:test";
import { SystemError } from "../../../src/ffi/errno.ts";
import { countLines, LastingLog } from "../../../src/sinks/watch/lasting-log.ts";

const ENOSPC = 28;

/** A disk with room for so many bytes. */
const disk = { text: "", room: Infinity, error: null as Error | null };
const said: string[] = [];
let now = 0;

const output = {
  write(bytes: Uint8Array, length: number) {
    if (disk.error) throw disk.error;
    if (disk.text.length + length > disk.room) throw new SystemError("write", "log", ENOSPC);
    disk.text += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString();
  },
};
const reports = {
  onFailure: (error: Error) => void said.push(`failed: ${error.message.slice(0, 18)}`),
  onRecovery: (lost: number, since: number) => void said.push(`lost ${lost} since ${since}`),
};

let log: LastingLog;
beforeEach(() => {
  Object.assign(disk, { text: "", room: Infinity, error: null });
  said.length = 0;
  now = 5_000;
  log = new LastingLog(
    output,
    reports,
    () => Buffer.from('{"a":1,"details":{"x":1}}\n'),
    () => now,
  );
});

const lines = (text: string) => Buffer.from(text.replaceAll(" ", "\n"));
const write = (text: string) => log.write(lines(text), text.length);
/** What is on the disk, with notes as their details. */
const written = () =>
  disk.text
    .split("\n")
    .filter(Boolean)
    .map((line) => (line.startsWith("{") ? JSON.parse(line).details : line));

test("what does not fit is counted, and a note tells of it before the next events", () => {
  write("a b ");
  disk.room = 10;
  write("c d e f g h ");
  now += 100;
  write("i j k l m n o ");
  expect([log.lost, written(), said]).toEqual([13, ["a", "b"], ["failed: write(log): ENOSPC"]]);
  disk.room = Infinity;
  now += 100;
  write("p ");
  const note = { count: 13, since: 5_000, reason: "ENOSPC" };
  expect([log.lost, written()]).toEqual([13, ["a", "b", note, "p"]]);
  expect(said).toHaveLength(1);
  now += 1000;
  log.retry();
  expect(said.slice(1)).toEqual(["lost 13 since 5000"]);
});

test("a nearly full disk, where some lines fit and others do not, is one failure", () => {
  for (let i = 0; i < 5; i++) {
    disk.room = 0;
    write("a b ");
    disk.room = Infinity;
    write("c ");
    now += 500;
  }
  write("d ");
  expect(said).toHaveLength(1);
  now += 1000;
  write("e ");
  expect(said.slice(1)).toEqual(["lost 10 since 5000"]);
});

test("a note alone is tried once a second, also without further events", () => {
  disk.room = 1;
  write("a b ");
  disk.room = Infinity;
  log.retry();
  expect(written()).toEqual([]);
  now += 1000;
  log.retry();
  log.retry();
  expect(written()).toEqual([{ count: 2, since: 5_000, reason: "ENOSPC" }]);
  // It says nothing of events: whether these can be written is not known yet.
  expect(said).toHaveLength(1);
  write("c ");
  expect([written().at(-1), said.at(-1)]).toEqual(["c", "lost 2 since 5000"]);
});

test("each loss is told once, and each time that the log fails is reported", () => {
  for (const round of [1, 2]) {
    disk.error = Object.assign(new Error("EIO: i/o error, fstat"), {
      syscall: "fstat",
      code: "EIO",
    });
    write("a ");
    write("b ");
    disk.error = null;
    now += 2000;
    write("c ");
    expect(log.lost).toBe(2 * round);
  }
  expect(
    written()
      .filter((each) => each !== "c")
      .map(({ count, reason }) => [count, reason]),
  ).toEqual([
    [2, "EIO"],
    [2, "EIO"],
  ]);
  expect(said.filter((text) => text.startsWith("failed"))).toHaveLength(2);
});

test("notes that were dropped are replaced by those that a file begins with", () => {
  disk.room = 0;
  const note = '{"details":"a name","details":{"count":3}}\n';
  log.write(Buffer.from(note), note.length);
  disk.room = Infinity;
  write("a ");
  expect([log.lost, written()]).toEqual([0, [{ x: 1 }, "a"]]);
});

test("events and notes are told apart, whatever is in names", () => {
  const event = '{"path":"/,\\"details\\":{"}\n';
  const note = '{"path":null,"details":{"count":3}}\n';
  const text = Buffer.from(event + note + event);
  expect(countLines(text, text.length)).toEqual({ events: 2, notes: 1 });
});

test("an error that is no failed system call is a bug, and is not hidden", () => {
  disk.error = new TypeError("bug");
  expect(() => write("a ")).toThrow("bug");
});
