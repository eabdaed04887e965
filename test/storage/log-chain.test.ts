/** The chain of hashes of a log, through everything that happens to logs, and what is found when it is broken. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planPruning } from "../../src/cli/history/pruning.ts";
import { segmentLine } from "../../src/sinks/watch/log-notes.ts";
import { ChainVerifier } from "../../src/sources/records/chain-verifier.ts";
import { openHistory } from "../../src/sources/records/history-file.ts";
import { HistoryStream } from "../../src/sources/records/history-stream.ts";
import { tryLock } from "../../src/storage/file-lock.ts";
import { LogFile, type LogOptions } from "../../src/storage/log-file.ts";
import { truncateHead } from "../../src/storage/truncate-head.ts";
import { atPlace } from "../../src/storage/trusted-path.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "trace-chain-"));
  path = join(directory, "log");
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (options: Partial<LogOptions> = {}) =>
  new LogFile({ path, user: null, maxBackups: 50, segmentLine, ...options });
let seconds = 1_700_000_000;
const line = (type: string, name = "") =>
  `{"time":${seconds++}.000000000,"type":"${type}","path":"/x/${name}","details":null}\n`;
const start = () => line("WATCH_START");
function write(log: LogFile, ...lines: string[]): void {
  const bytes = Buffer.from(lines.join(""));
  log.write(bytes, bytes.length);
}
const events = (count: number) => Array.from({ length: count }, (_, i) => line("CREATE", `${i}`));

/** Writes a log of `count` events in a run of its own. */
function writeRun(count: number, options: Partial<LogOptions> = {}): void {
  const log = open(options);
  write(log, start());
  for (const event of events(count)) write(log, event);
  log.close();
}

function verify() {
  const files = openHistory(path);
  const report = new ChainVerifier(new HistoryStream(files)).verify();
  for (const file of files) file.close();
  const problems = report.findings.filter((each) => each.isProblem).map(({ text }) => text);
  const notes = report.findings.filter((each) => !each.isProblem).map(({ text }) => text);
  return { verified: report.verified, problems, notes, last: report.last?.segment };
}

const intact = (verified: number, ...notes: unknown[]) => ({
  verified,
  problems: [],
  notes: notes as string[],
  last: expect.anything(),
});

/** Prunes as trace clean does. */
function clean(size: number): void {
  const files = openHistory(path);
  const plans = planPruning(files, { since: null, size });
  for (const file of files) file.close();
  atPlace(path, null, (place) => {
    const log = { ...place, path, user: null };
    for (const [i, { from, head }] of plans.entries()) {
      const suffix = files[i].path.slice(path.length);
      const part = { ...log, name: log.name + suffix, path: files[i].path };
      if (from > 0) truncateHead(part, log, from, suffix !== "", head);
    }
  });
}

test("the hash of each segment is the one that the manual defines", () => {
  writeRun(5);
  writeRun(3);
  let hash = Buffer.alloc(32);
  let segments = 0;
  for (const text of readFileSync(path, "utf8").trimEnd().split("\n")) {
    const { type, details } = JSON.parse(text);
    if (type === "SEGMENT") {
      expect(details).toMatchObject({ segment: ++segments, hash: hash.toString("hex") });
    }
    hash = createHash("sha256").update(hash).update(text).digest();
  }
  expect(segments).toBe(2);
});

describe("a history is intact", () => {
  test("after a run, and after more of them", () => {
    writeRun(3);
    expect(verify()).toEqual(intact(1));
    writeRun(2);
    expect(verify()).toEqual({ ...intact(2), last: 2 });
  });

  test("over rotated files, each of which ends with a segment and is not too large", () => {
    writeRun(200, { maxSize: 2000 });
    const files = readdirSync(directory);
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      const text = readFileSync(join(directory, name), "utf8");
      expect(text.length).toBeLessThanOrEqual(2000);
      expect(text.trimEnd().split("\n").at(-1)).toContain('"type":"SEGMENT"');
    }
    expect(verify()).toEqual(intact(files.length));
  });

  test("when rotation has dropped the first files", () => {
    writeRun(100, { maxSize: 2000, maxBackups: 3 });
    expect(verify()).toEqual(intact(4, expect.stringContaining("rotation drops the oldest files")));
  });

  test("when two writers append in turns, rotate, and end", () => {
    const logs = [open({ maxSize: 3000 }), open({ maxSize: 3000 })];
    write(logs[0], start());
    for (const [i, event] of events(100).entries()) write(logs[(i * 7) % 3 ? 0 : 1], event);
    logs[0].close();
    write(logs[1], ...events(3));
    logs[1].close();
    const { problems, notes } = verify();
    expect(problems).toEqual([]);
    // The second writer found lines of the first one.
    expect(notes).toEqual([
      expect.stringContaining("was ended by another process than its writer"),
    ]);
  });

  test("when a writer was killed: the segment is unfinished, until the next writer ends it", () => {
    writeRun(3);
    const killed = open();
    write(killed, start(), ...events(3));
    const unfinished = expect.stringMatching(
      /^segment 2 is unfinished: \d+ bytes in 4 lines from .*log, byte \d+ cannot be verified: /,
    );
    expect(verify()).toEqual(intact(1, unfinished));
    writeRun(2);
    expect(verify()).toEqual(
      intact(
        3,
        "segment 2 was ended by another process than its writer, which had been killed or still ran",
      ),
    );
  });

  test("when a crash cut the last line, which the next writer ends", () => {
    const killed = open();
    write(killed, start(), ...events(3));
    appendFileSync(path, '{"time":17');
    expect(verify().problems).toEqual([expect.stringContaining("the last line is cut off")]);
    writeRun(2);
    expect(verify().problems).toEqual([]);
  });

  test.each([
    ["renamed", () => renameSync(path, `${path}.1`)],
    [
      "copied and truncated",
      () => {
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
      },
    ],
  ])("when the log is %s by logrotate", (_, rotate) => {
    const log = open({ header: () => Buffer.from(start()) });
    write(log, start(), ...events(3));
    rotate();
    write(log, ...events(2));
    expect(verify()).toEqual(intact(1, expect.stringContaining("segment 2 is unfinished")));
    log.close();
    expect(verify()).toEqual(intact(2));
  });

  test("when lines were written without the lock", () => {
    writeFileSync(path, "", { mode: 0o644 });
    writeFileSync(`${path}.lock`, "", { mode: 0o644 });
    const log = open();
    write(log, start());
    const lock = openSync(path, "r");
    expect(tryLock(lock, path)).toBe(true);
    write(log, ...events(2));
    expect(log.problems().length).toBe(2);
    rmSync(`${path}.lock`);
    write(log, ...events(2));
    log.close();
    expect(verify()).toEqual(intact(1));
  });

  test("when a segment is ended because it is large", () => {
    const log = open();
    const large = line("CREATE", "x".repeat(1 << 20));
    write(log, start());
    for (let i = 0; i < 20; i++) write(log, large);
    expect(verify()).toEqual(intact(1, expect.stringContaining("segment 2 is unfinished")));
    // The next writer does not read everything.
    writeRun(1);
    expect(verify()).toMatchObject({ verified: 3, problems: [] });
  });

  test.each([0, 500, 1500, 2500, 4000, 7000])("after trace clean left %d bytes", (size) => {
    writeRun(60, { maxSize: 2000 });
    const before = verify();
    clean(size);
    const left = readdirSync(directory).reduce(
      (sum, name) => sum + readFileSync(join(directory, name)).length,
      0,
    );
    if (size > 400) expect(left).toBeLessThanOrEqual(size);
    expect(verify()).toMatchObject({ problems: [] });
    expect(before.problems).toEqual([]);
    writeRun(3, { maxSize: 2000 });
    expect(verify()).toMatchObject({ problems: [] });
    // Cleaned once more, and a file as a whole.
    clean(900);
    clean(900);
    expect(verify()).toMatchObject({ problems: [] });
    expect(readFileSync(path, "utf8").match(/"CLEANED"/g)?.length ?? 0).toBeLessThanOrEqual(1);
  });

  test("after trace clean while a writer appends, in the first segment and in later ones", () => {
    const log = open();
    write(log, start(), ...events(10));
    clean(900);
    expect(readFileSync(path, "utf8")).toStartWith('{"time":');
    write(log, ...events(10));
    clean(700);
    write(log, ...events(1));
    log.close();
    // Each replaced file begins with the end of a segment.
    expect(verify()).toMatchObject({ verified: 2, problems: [] });
    writeRun(3);
    expect(verify()).toMatchObject({ verified: 3, problems: [] });
  });
});

describe("lines of an earlier version", () => {
  test("are reported, and the chain begins after them", () => {
    writeFileSync(path, events(3).join(""));
    expect(verify().problems).toEqual([expect.stringContaining("no hashes")]);
    writeRun(2);
    expect(verify()).toMatchObject({
      verified: 1,
      problems: [
        expect.stringMatching(/^\d+ bytes in 3 lines from .*: no hashes, as of an earlier/),
      ],
    });
    // Without them, everything is verified.
    const size = readFileSync(path, "utf8").split('"SEGMENT"')[0].lastIndexOf("\n") + 1;
    truncateTo(size);
    expect(verify()).toMatchObject({ verified: 1, problems: [] });
  });

  test("are pruned without a note", () => {
    writeFileSync(path, events(3).join(""));
    clean(100);
    expect(readFileSync(path, "utf8")).not.toContain("CLEANED");
  });
});

/** Drops the first bytes of the log. */
function truncateTo(from: number): void {
  writeFileSync(path, readFileSync(path).subarray(from));
}

/** Rewrites the lines of a file. */
function edit(name: string, change: (lines: string[]) => void): void {
  const file = join(directory, name);
  const lines = readFileSync(file, "utf8").split("\n");
  change(lines);
  writeFileSync(file, lines.join("\n"));
}

describe("what is found", () => {
  beforeEach(() => writeRun(130, { maxSize: 2000 }));

  const find = () => verify().problems;

  test.each([
    [
      "a changed byte",
      () => edit("log.3", (lines) => (lines[1] = lines[1].replace("/x/", "/y/"))),
      [
        /^segment \d+ \(\d+ bytes in \d+ lines from \S+log.3, byte 0, to \S+log.3, byte \d+\) does not have its hash: lines were changed$/,
      ],
    ],
    [
      "a removed line",
      () => edit("log.3", (lines) => lines.splice(1, 1)),
      [/: \d+ bytes of \d+ are missing$/],
    ],
    [
      "an added line",
      () => edit("log.3", (lines) => lines.splice(1, 0, lines[1])),
      [/: \d+ bytes were added$/],
    ],
    [
      "exchanged lines",
      () => edit("log.3", (lines) => ([lines[1], lines[2]] = [lines[2], lines[1]])),
      [/lines were changed$/],
    ],
    ["a removed file", () => rmSync(`${path}.3`), [/log.2, byte \d+: segment \d+ is missing$/]],
    [
      "two removed files",
      () => {
        for (const number of [3, 4]) rmSync(`${path}.${number}`);
      },
      [/log.2, byte \d+: segments \d+ to \d+ are missing$/],
    ],
    ["an emptied file", () => truncateSync(`${path}.3`), [/segment \d+ is missing$/]],
    [
      "a file that is cut off",
      () => truncateSync(`${path}.3`, 700),
      [
        /segment \d+ is missing$/,
        /log.3, byte 0: \d+ bytes of a segment whose end was cut off or changed$/,
      ],
    ],
    [
      "a removed end of a segment",
      () => edit("log.3", (lines) => lines.splice(-2, 1)),
      [
        /segment \d+ is missing$/,
        /log.3, byte 0: \d+ bytes of a segment whose end was cut off or changed$/,
      ],
    ],
    [
      "a changed hash",
      () =>
        edit("log.3", (lines) =>
          lines.push(lines.splice(-2, 2)[0].replace(/"hash":"..../, '"hash":"0000'), ""),
        ),
      [
        /does not have its hash: lines were changed$/,
        /does not continue segment \d+: its end was changed/,
      ],
    ],
    [
      "the time of a segment's end",
      () =>
        edit(
          "log.3",
          (lines) => (lines[lines.length - 2] = lines.at(-2)!.replace('{"time":1', '{"time":2')),
        ),
      [/does not continue segment \d+: its end was changed/],
    ],
    [
      "exchanged files",
      () => {
        const moves = [
          [3, "x"],
          [2, 3],
          ["x", 2],
        ];
        for (const [from, to] of moves) renameSync(`${path}.${from}`, `${path}.${to}`);
      },
      [/is missing$/, /does not continue/, /is missing$/],
    ],
    [
      "the cut end of the last file",
      () => truncateSync(path, readFileSync(path).length - 5),
      [/the last line is cut off$/],
    ],
    [
      "a note of trace clean that is none of its",
      () =>
        edit("log.3", (lines) => lines.splice(0, 0, lines.at(-2)!.replace("SEGMENT", "CLEANED"))),
      [/bytes were added$/],
    ],
  ] as const)("%s", (_, change, patterns) => {
    change();
    expect(find()).toEqual(patterns.map((pattern) => expect.stringMatching(pattern)));
  });

  test("changed lines before and after trace clean", () => {
    edit("log.3", (lines) => (lines[3] = lines[3].replace("/x/", "/y/")));
    clean(
      readFileSync(`${path}.3`).length -
        300 +
        ["", ".1", ".2"].reduce((sum, name) => sum + readFileSync(path + name).length, 0),
    );
    expect(find()).toEqual([expect.stringContaining("does not have its hash: lines were changed")]);
  });
});
