/** A SQLite database of a run: https://sqlite.org/fileformat.html. docs/trace-export.md has the tables. */
import { Database, type SQLQueryBindings } from "bun:sqlite";
import { type Account, isComplete } from "./account.ts";
import type { Action } from "./actions.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, timeText } from "./identity.ts";
import { toUnicode } from "./names.ts";

const SCHEMA = `
CREATE TABLE run (
  command TEXT, cwd TEXT, user TEXT, host TEXT, kernel TEXT, machine TEXT, backend TEXT, trace TEXT,
  started TEXT, ended TEXT, status INTEGER, complete INTEGER
);
CREATE TABLE losses (what TEXT NOT NULL, count INTEGER NOT NULL, reason TEXT);
CREATE TABLE programs (
  id INTEGER PRIMARY KEY, parent INTEGER REFERENCES programs, pid INTEGER NOT NULL, path TEXT,
  command TEXT NOT NULL, cwd TEXT, started TEXT, ended TEXT, seconds REAL, status INTEGER, signal INTEGER
);
CREATE TABLE files (
  id INTEGER PRIMARY KEY, role TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL,
  sha256 TEXT, size INTEGER, digest_missing TEXT, times INTEGER NOT NULL, is_program INTEGER NOT NULL
);
CREATE TABLE accesses (
  program INTEGER NOT NULL REFERENCES programs, file INTEGER NOT NULL REFERENCES files,
  access TEXT NOT NULL
);
CREATE TABLE pipes (
  writer INTEGER NOT NULL REFERENCES programs, reader INTEGER NOT NULL REFERENCES programs
);
CREATE TABLE removed (path TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE listed (path TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE absent (
  path TEXT NOT NULL, error TEXT NOT NULL, times INTEGER NOT NULL, pid INTEGER, comm TEXT
);
CREATE TABLE addresses (address TEXT NOT NULL, action TEXT NOT NULL);
CREATE VIEW inputs AS SELECT * FROM files WHERE role = 'input' AND NOT is_program;
CREATE VIEW outputs AS SELECT * FROM files
  WHERE role = 'output' AND digest_missing IS NOT 'not regular';
`;
/** They are made at the end, which is faster. */
const INDEXES = `
CREATE INDEX files_by_path ON files (path);
CREATE INDEX files_by_name ON files (name);
CREATE INDEX accesses_by_file ON accesses (file);
CREATE INDEX accesses_by_program ON accesses (program);
CREATE INDEX absent_by_path ON absent (path);
`;
const SECOND = 1e9;

/** Returns the bytes of the database. */
export function sqlite(account: Account): Uint8Array {
  using database = new Database(":memory:");
  database.run(SCHEMA);
  database.transaction(() => fill(new Tables(database), account))();
  database.run(INDEXES);
  return database.serialize();
}

class Tables {
  private readonly database: Database;
  private readonly inserts = new Map<string, ReturnType<Database["query"]>>();

  constructor(database: Database) {
    this.database = database;
  }

  insert(table: string, values: readonly SQLQueryBindings[]): void {
    let insert = this.inserts.get(table);
    if (!insert) {
      insert = this.database.query(`INSERT INTO ${table} VALUES (${values.map(() => "?")})`);
      this.inserts.set(table, insert);
    }
    insert.run(...values);
  }
}

function fill(tables: Tables, account: Account): void {
  const { facts, names, inputs, outputs, actions } = account;
  const hidden = (kind: "user" | "host", text: string | null) =>
    names.redacted.has(kind) ? null : text;
  tables.insert("run", [
    names.commandLine(facts.command),
    facts.cwd === null ? null : names.absolute(facts.cwd),
    hidden("user", facts.user?.name ?? null),
    hidden("host", facts.host),
    ...[facts.kernel, facts.machine, facts.backend, facts.trace],
    ...[isoTime(facts.started) ?? null, isoTime(facts.ended) ?? null],
    ...[facts.status, isComplete(facts)],
  ]);
  for (const { what, count, reason } of facts.losses ?? [])
    tables.insert("losses", [what, count, reason ?? null]);
  for (const action of actions) tables.insert("programs", programRow(account, action));
  const ids = new Map<AccountFile, number>();
  for (const file of [...inputs, ...outputs]) {
    ids.set(file, ids.size + 1);
    const { path, role, digest, missing, times, isProgram } = file;
    const { sha256 = null, size = null } = digest ?? {};
    const places = [names.absolute(path), names.name(path)];
    tables.insert("files", [ids.size, role, ...places, sha256, size, missing, times, isProgram]);
  }
  for (const action of actions) addAccesses(tables, action, ids);
  for (const path of account.removed)
    tables.insert("removed", [names.absolute(path), names.name(path)]);
  for (const path of account.listed)
    tables.insert("listed", [names.absolute(path), names.name(path)]);
  for (const { path, errno, times, first } of account.absent)
    tables.insert("absent", [
      ...[names.absolute(path), errno, times, first.pid],
      toUnicode(names.redact(first.comm)),
    ]);
  for (const address of account.connected)
    tables.insert("addresses", [names.absolute(address), "connect"]);
  for (const address of account.bound)
    tables.insert("addresses", [names.absolute(address), "bind"]);
}

function programRow({ names }: Account, action: Action): SQLQueryBindings[] {
  const { index, parent, pid, path, argv, cwd, started, ended, status, signal } = action;
  return [
    ...[index, parent?.index ?? null, pid, path === "" ? null : names.absolute(path)],
    ...[names.commandLine(argv), cwd === null ? null : names.absolute(cwd)],
    ...[timeText(started) ?? null, timeText(ended) ?? null],
    started && ended ? (ended - started) / SECOND : null,
    ...[status, signal],
  ];
}

function addAccesses(
  tables: Tables,
  { index, inputs, outputs, sources }: Action,
  ids: ReadonlyMap<AccountFile, number>,
): void {
  const add = (file: AccountFile, access: string) => {
    const id = ids.get(file);
    if (id !== undefined) tables.insert("accesses", [index, id, access]);
  };
  for (const file of inputs) add(file, "read");
  for (const file of outputs) add(file, "write");
  for (const source of sources) tables.insert("pipes", [source.index, index]);
}
