/** What docs/clickhouse.md says, with Debian's ClickHouse: a million changes of a hundred machines. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTrace, TRACE, temporaryDirectory } from "../root/support/harness.ts";
import { ROOT } from "../root/support/programs.ts";
import { besideWatch } from "../root/support/watch.ts";
import { ClickHouse } from "./server.ts";

setDefaultTimeout(600_000);

const HOSTS = 100;
const EVENTS = 10_000;
const PAGE = readFileSync(join(ROOT, "docs/clickhouse.md"), "utf8");
const blocksOf = (language: string) =>
  Array.from(
    PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms")),
    ([, text]) => text,
  );
const [CHANGES, CALLS, ...QUESTIONS] = blocksOf("sql");
const [LOAD_LOGS, LOAD_RECORD] = blocksOf("sh");
const SSHD = "/etc/ssh/sshd_config";

const directory = temporaryDirectory();
const logs = join(directory.path, "logs");
let server: ClickHouse;

/** Returns an event as a log of `trace watch` has it. */
async function template(): Promise<Record<string, unknown>> {
  const watched = join(directory.path, "watched");
  const log = join(directory.path, "template.ndjson");
  mkdirSync(watched);
  await besideWatch(["--types", "CLOSE_WRITE", "-o", log, watched], () =>
    writeFileSync(join(watched, "a"), "x"),
  );
  const line = readFileSync(log, "utf8")
    .split("\n")
    .find((each) => each.includes('"type":"CLOSE_WRITE"'));
  if (line === undefined) throw new Error("no event was logged");
  const event = JSON.parse(line);
  // Those of whatever runs the test may be long.
  return { ...event, ancestors: event.ancestors.slice(0, 1) };
}

/** Writes the log of a machine: changes every second, and what an administrator does on some. */
function writeLog(number: number, event: Record<string, unknown>): void {
  const host = `host${String(number).padStart(2, "0")}`;
  const lines = Array.from({ length: EVENTS }, (_, i) => {
    const time = `${1_777_583_166 + i}.${String(number).padStart(9, "0")}`;
    const path = `/srv/data/${i % 2500}/file ${i}`;
    return lineOf({ ...event, path, host, login: "backup" }, time);
  });
  const special = [
    [
      `1777590000.0000001${String(number).padStart(2, "0")}`,
      { path: SSHD, user: "root", login: `admin${number % 3}` },
    ],
    ["1777590000.000000002", { path: "/etc/only \udcff\\", comm: "vi", argv: ["vi", "x"] }],
  ] as const;
  if (number % 10 === 7) lines[7000] = lineOf({ ...event, host, ...special[0][1] }, special[0][0]);
  if (number === 42) lines[7001] = lineOf({ ...event, host, ...special[1][1] }, special[1][0]);
  if (number === 43)
    lines[7002] = lineOf(
      { ...event, host, type: "Q_OVERFLOW", path: null, details: {} },
      "1777590000.000000003",
    );
  writeFileSync(join(logs, `${host}.ndjson`), lines.join(""));
}

const lineOf = ({ time: _, ...event }: Record<string, unknown>, time: string) =>
  `{"time":${time},${JSON.stringify(event).slice(1)}\n`;

beforeAll(async () => {
  server = await ClickHouse.start(directory.path);
  const event = await template();
  mkdirSync(logs);
  for (let number = 0; number < HOSTS; number++) writeLog(number, event);
});

afterAll(async () => {
  await server?.stop();
  directory[Symbol.dispose]();
});

const env = { PATH: `${join(TRACE, "..")}:${process.env.PATH}`, LOGS: logs };

test("a million events of a hundred machines are loaded, and say who changed a path", () => {
  server.client(CHANGES);
  server.script(LOAD_LOGS, env);
  const [total] = server.query("SELECT count() AS events, uniqExact(host) AS hosts FROM changes");
  expect([Number(total.events), Number(total.hosts)]).toEqual([HOSTS * EVENTS, HOSTS]);
  const [who, where, alone, missing] = QUESTIONS.map((question) => server.query(question));
  expect(who.map(({ host, login }) => [host, login])).toEqual(
    Array.from({ length: 10 }, (_, i) => [`host${9 - i}7`, `admin${((9 - i) * 10 + 7) % 3}`]),
  );
  expect(who[0]).toMatchObject({ type: "CLOSE_WRITE", user: "root" });
  expect(where[0]).toMatchObject({ file: SSHD });
  expect(Number(where[0].hosts)).toBe(10);
  expect(alone).toEqual([
    { file: "/etc/only \\xff\\\\", machine: "host42", who: "root", program: "vi" },
  ]);
  expect(missing).toMatchObject([{ host: "host43", type: "Q_OVERFLOW" }]);
  const [{ time }] = server.query(
    `SELECT toString(time) AS time FROM changes WHERE host = 'host42' AND path LIKE '/etc/%'`,
  );
  expect(time).toBe("1777590000.000000002");
});

test("the record of a command is loaded", () => {
  const record = join(directory.path, "run.trace");
  const file = join(directory.path, "made");
  expect(runTrace(["exec", "-o", record, "--", "sh", "-c", `: >${file}`]).status).toBe(0);
  server.client(CALLS);
  server.script(LOAD_RECORD, { ...env, RECORD: record });
  const rows = server.query(`SELECT run, event, comm FROM calls WHERE path = '${file}'`);
  expect(rows).toContainEqual({ run: "build 7", event: "open", comm: "sh" });
});
