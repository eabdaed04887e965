/**
 * Input from the kernel or the user with bits flipped and bytes changed. Only documented errors are
 * thrown, and nothing is read out of bounds. Each run uses the same input; SEED=n changes it, and
 * ROUNDS=n multiplies the rounds. A failure prints its seed and its round.
 */
import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { UsageError } from "../../src/cli/errors.ts";
import { parseFileColumns } from "../../src/cli/options/columns.ts";
import { parseDuration } from "../../src/cli/options/duration.ts";
import { parseEvents } from "../../src/cli/options/events.ts";
import { parseFlags } from "../../src/cli/options/flags.ts";
import { parseFormat } from "../../src/cli/options/format.ts";
import { parseNumber } from "../../src/cli/options/number.ts";
import { parseBuffer } from "../../src/cli/options/size.ts";
import { splitArguments } from "../../src/cli/parse-args.ts";
import { exec } from "../../src/cli/record/exec.ts";
import { FILE_EVENT_COLUMNS } from "../../src/events/columns.ts";
import * as abi from "../../src/events/event-record.ts";
import type { FileEvent } from "../../src/events/file-event.ts";
import { FormulaError, parseFormula } from "../../src/filters/flag-formula.ts";
import { parseMountinfo } from "../../src/kernel/mountinfo.ts";
import { parseSignalRecords } from "../../src/kernel/signal.ts";
import { formats } from "../../src/sinks/formats/index.ts";
import { UringJoin } from "../../src/sources/bpf/io-uring-join.ts";
import { RingBuffer } from "../../src/sources/bpf/ring-buffer.ts";
import { readCsv } from "../../src/sources/records/csv-reader.ts";
import { socketAddressText } from "../../src/syscalls/socket-address-text.ts";
import { cellsOf, eventOf, FIXTURES, fixture } from "../fixtures/fixtures.ts";
import { Collected } from "../sinks/collected.ts";
import { ROUNDS, rounds, unless } from "./rounds.ts";

/** Returns a record in memory of exactly its size, or undefined if it is rejected. */
function accepted(bytes: Uint8Array): abi.EventRecord | undefined {
  const record = new abi.EventRecord(bytes);
  return unless(abi.BadRecordError, () => {
    record.moveTo(0, bytes.length);
    return record;
  });
}

const fixtures = FIXTURES.map(fixture);

describe("a mutated record", () => {
  test("is rejected or has a text in every column", () => {
    let read = 0;
    rounds(20_000, (random) => {
      const record = accepted(random.changed(random.pick(fixtures)));
      if (!record) return;
      read++;
      const cells = cellsOf(eventOf(record)); // throws a RangeError for a slice out of bounds
      expect(cells.time).toMatch(/^-?\d+\.\d{9}$/);
    });
    expect(read).toBeGreaterThan(1000 * ROUNDS);
  });

  test("is written by every format so that it can be read back", () => {
    rounds(300, (random) => {
      const events = Array.from({ length: 5 }, () =>
        accepted(random.changed(random.pick(fixtures))),
      )
        .filter((record) => record !== undefined)
        .map(eventOf);
      const written = (name: keyof typeof formats) => {
        const output = new Collected();
        const sink = formats[name].open<FileEvent>({
          columns: FILE_EVENT_COLUMNS,
          output,
          terminal: false,
        });
        for (const event of events) sink.write(event);
        sink.close();
        return output.bytes;
      };
      expect(JSON.parse(written("json").toString()).length).toBe(events.length);
      const lines = written("ndjson").toString().split("\n").slice(0, -1);
      expect(lines.map((line) => Object.keys(JSON.parse(line)).length)).toEqual(
        events.map(() => FILE_EVENT_COLUMNS.length),
      );
      const rows = readCsv(written("csv"));
      expect(rows.map((row) => Object.keys(row).length)).toEqual(
        events.map(() => FILE_EVENT_COLUMNS.length),
      );
    });
  });

  test("is joined with others or rejected, and never breaks the join", () => {
    rounds(500, (random) => {
      const view = new abi.EventRecord(new Uint8Array(abi.MAX_EVENT_SIZE));
      const join = new UringJoin(view);
      for (let i = 0; i < 20; i++) {
        const record = accepted(random.changed(random.pick(fixtures)));
        if (!record) continue;
        // Few ids, so that some match.
        record.view.setBigUint64(abi.EVENT.id, BigInt(random.below(3)), true);
        const joined = unless(abi.BadRecordError, () =>
          random.pick([
            () => {
              join.submit(record);
              return null;
            },
            () => join.complete(record),
            () => join.completeOverflowed(record),
          ])(),
        );
        if (joined) cellsOf(eventOf(joined));
      }
      unless(abi.BadRecordError, () => join.finish((record) => void cellsOf(eventOf(record))));
      expect(join.missing).toBeGreaterThanOrEqual(0);
    });
  });
});

test("random bytes as a ring buffer are read to an end, within bounds", () => {
  rounds(300, (random) => {
    const size = 4096;
    const bytes = random.bytes(2 * size);
    if (random.below(2)) for (let at = 0; at < bytes.length; at += 8) bytes.fill(0, at + 1, at + 4);
    const memory = {
      size,
      bytes,
      consumed: new BigUint64Array([BigInt(random.below(2 ** 31))]),
      produced: new Uint32Array([random.below(2 ** 31)]),
    };
    if (random.below(2)) memory.produced[0] = Number(memory.consumed[0]) + random.below(size);
    const ring = new RingBuffer(memory);
    for (let i = 0; i < 3; i++)
      ring.drain((at, length) => {
        if (!(at >= 0 && length >= 0 && at + length <= 2 * size)) throw new RangeError(`${at}`);
      });
    ring.unreadCount();
  });
});

test("mutated mountinfo is read as far as it is valid", () => {
  const line = "36 35 98:0 /a\\040b /mnt\\0112 rw,noatime master:1 - ext3 /dev/root rw\n";
  const original = Buffer.from(line.repeat(4), "latin1");
  rounds(5000, (random) => {
    const bytes = random.below(4) ? random.changed(original) : random.bytes(random.below(300));
    for (const mount of parseMountinfo(
      Buffer.from(bytes).toString(random.pick(["utf8", "latin1"])),
    ))
      for (const field of [mount.root, mount.mountPoint, mount.fsType, ...mount.options])
        if (typeof field !== "string") throw new TypeError(JSON.stringify(mount));
  });
});

test("signals and addresses from random bytes are read within bounds", () => {
  rounds(5000, (random) => {
    const bytes = random.bytes(random.below(130));
    bytes[0] = random.pick([0, 1, 2, 10, 16, 255]);
    const view = new DataView(bytes.buffer);
    parseSignalRecords(view, random.below(200));
    const text = socketAddressText(view);
    if (text !== null && !/^[\x20-\x7e]+$/.test(text)) throw new TypeError(text);
  });
});

describe("user input", () => {
  const words = [
    "O_CREAT",
    "wronly",
    "O_CRAET",
    "0x40",
    "0o7",
    "08",
    "577",
    "&",
    "|",
    "~",
    "(",
    ")",
  ];
  words.push(" ", "\n", "\0", "é", "😀", "__proto__", "-", "O_", "99999999999999999999", "\ud800");

  test("as a flag expression is parsed, or an error shows the position", () => {
    rounds(10_000, (random) => {
      const text = random.text(words, 12);
      let message = "";
      try {
        parseFormula(text, random.pick(["x64", "arm64"] as const)).matches(random.below(2 ** 31));
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        message = error.message;
      }
      if (message) expect(message.split("\n").length).toBe(3);
    });
  });

  test("as arguments is parsed or is a usage error", () => {
    const args = exec.definition.args as ArgsDef;
    const tokens = [
      ...Object.keys(args).map((name) => `--${name}`),
      "--",
      "-",
      "-o",
      "-e",
      "-q",
      "-h",
    ];
    tokens.push(
      "-oFILE",
      "--format=json",
      "--help",
      "--no-follow",
      "",
      "ls",
      "-l",
      "--=",
      "=",
      "---",
    );
    tokens.push("--columns=", "--Format", "--constructor", "-\u00e9", "--\n", "--summary=json");
    rounds(10_000, (random) => {
      const argv = Array.from({ length: random.below(6) }, () => random.pick(tokens));
      const split = unless(UsageError, () => splitArguments(argv, args, true));
      if (!split) return;
      // The command is the end of the arguments.
      expect(argv.slice(argv.length - split.command.length)).toEqual(split.command);
      for (const option of split.options) expect(option).toMatch(/^--[a-z]/);
    });
  });

  test("as option values is parsed or is a usage error", () => {
    const values = [
      "1",
      "0",
      "64",
      "K",
      "M",
      "G",
      "m",
      "s",
      "h",
      ".",
      "-",
      "+",
      " ",
      "e",
      "x",
      "\n",
    ];
    values.push(",", "pid", "open", "all", "csv", "json", "é", "Infinity", "constructor");
    rounds(10_000, (random) => {
      const text = random.text(values, 5);
      const number = (value: number | undefined) => {
        if (value !== undefined && !(value > 0)) throw new RangeError(`${value} of ${text}`);
      };
      number(unless(UsageError, () => parseBuffer(text)));
      number(unless(UsageError, () => parseDuration(text)));
      number(unless(UsageError, () => parseNumber("--count", text, 1)));
      unless(UsageError, () => parseFileColumns(text));
      unless(UsageError, () => parseEvents(text));
      unless(UsageError, () => parseFormat(text));
      unless(UsageError, () => parseFlags(text));
    });
  });
});
