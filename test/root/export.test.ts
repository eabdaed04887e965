/** `trace export` and `exec --attest` of a real pipeline, checked by the formats' own schemas and readers. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { loadProto, protoErrors } from "../proto-json.ts";
import { run, runTrace } from "./support/harness.ts";
import { ROOT } from "./support/programs.ts";

setDefaultTimeout(60_000);

const FIXTURES = join(ROOT, "test/fixtures/export");
const BACKENDS = ["bpf", "ptrace"];
const scratch = mkdtempSync(join(tmpdir(), "trace-export-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const PIPELINE = `#!/bin/sh
sort data.txt >sorted.txt
tr 0-9 a-j <sorted.txt | head -n 2 >letters.txt
cat "it's\ta name.txt" >/dev/null
rm old.txt
exit 0
`;

/** A directory with a small pipeline, and files with names that need care. */
function makePipeline(directory: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "data.txt"), "3\n1\n2\n");
  writeFileSync(join(directory, "old.txt"), "old\n");
  writeFileSync(join(directory, "it's\ta name.txt"), "x\n");
  writeFileSync(join(directory, "pipeline.sh"), PIPELINE);
  chmodSync(join(directory, "pipeline.sh"), 0o755);
  // The change of these is not at the time when the run reads them.
  Bun.sleepSync(20);
}

function exported(cwd: string, args: readonly string[], record = "run.trace"): string {
  const { status, stdout, stderr } = runTrace(["export", ...args, record], { cwd });
  if (status !== 0) throw new Error(`status ${status}: ${stderr}`);
  return stdout.toString();
}

const sha256 = (path: string) =>
  new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");

/** The pipelines that were run once for all tests, by backend. */
const places: Record<string, string> = {};
beforeAll(() => {
  for (const backend of BACKENDS) {
    const cwd = join(scratch, backend);
    makePipeline(cwd);
    const args = ["exec", "--backend", backend, "-o", "run.trace", "./pipeline.sh"];
    const { status, stderr } = runTrace(args, { cwd });
    if (status !== 0) throw new Error(stderr);
    places[backend] = cwd;
  }
});

interface Descriptor {
  readonly name: string;
  readonly digest?: { readonly sha256: string };
  readonly annotations: { readonly access: string };
}

describe.each(BACKENDS)("by %s", (backend) => {
  const json = (...args: string[]) => JSON.parse(exported(places[backend], args));

  test("the statement of in-toto has the outputs, and each access with a digest", () => {
    const statement = json("--format", "in-toto");
    const proto = loadProto(FIXTURES, "in_toto_attestation/v1/statement.proto");
    expect(protoErrors(proto, "in_toto_attestation.v1.Statement", statement)).toEqual([]);
    expect(statement.subject).toEqual(
      ["letters.txt", "sorted.txt"].map((name) => ({
        name,
        digest: { sha256: sha256(join(places[backend], name)) },
      })),
    );
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    formats.default(ajv as never);
    const path = join(FIXTURES, "runtime-trace.schema.json");
    const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
    validate(statement.predicate);
    expect(validate.errors).toBeNull();
    const { monitorLog, traceVerdict } = statement.predicate;
    expect(traceVerdict).toEqual({ complete: true, losses: [], backend });
    const access = (kind: string) =>
      (monitorLog.fileAccess as Descriptor[])
        .filter(({ annotations, name }) => annotations.access === kind && !name.startsWith("/"))
        .map(({ name, digest }) => [name, digest?.sha256 ?? null]);
    expect(access("read")).toEqual(
      ["data.txt", "it's\ta name.txt", "pipeline.sh"].map((name) => [
        name,
        sha256(join(places[backend], name)),
      ]),
    );
    expect(access("remove")).toEqual([["old.txt", null]]);
    const argv = (monitorLog.process as { arguments: string[] }[]).map((each) => each.arguments);
    expect(argv).toContainEqual(["0-9", "a-j"]);
  });

  test("the crate links each program with its files, through redirections too", () => {
    const graph = json("--format", "ro-crate")["@graph"] as Record<string, never>[];
    const ids = (list: { "@id": string }[]) => list.map((each) => each["@id"]);
    const action = (description: string) => {
      const found = graph.find((each) => each.description === description);
      return found && [ids(found.object), ids(found.result)];
    };
    expect(action("sort data.txt")).toEqual([["data.txt"], ["sorted.txt"]]);
    expect(action("tr 0-9 a-j")).toEqual([["sorted.txt"], []]);
    expect(action("head -n 2")).toEqual([[], ["letters.txt"]]);
    expect(action("cat 'it'\\''s\ta name.txt'")).toEqual([["it%27s%09a%20name.txt"], []]);
  });
});

describe("the published schema accepts", () => {
  const text = (...args: string[]) => exported(places.bpf, args);

  test("a link", () => {
    const { predicate } = JSON.parse(text("--format", "in-toto-link"));
    const proto = loadProto(FIXTURES, "in_toto_attestation/predicates/link/v0/link.proto");
    const type = "in_toto_attestation.predicates.link.v0.Link";
    expect(protoErrors(proto, type, predicate)).toEqual([]);
    const names = predicate.materials.map(({ name }: Descriptor) => name);
    expect(names).toEqual(["data.txt", "it's\ta name.txt", "pipeline.sh"]);
    expect(predicate.byproducts["return-value"]).toBe(0);
    expect(protoErrors(proto, type, { ...predicate, material: [] })).toEqual([
      ".material: unknown",
    ]);
  });

  test("provenance of SLSA", () => {
    const predicate = JSON.parse(text("--format", "slsa", "--predicate"));
    const proto = loadProto(
      FIXTURES,
      "in_toto_attestation/predicates/provenance/v1/provenance.proto",
    );
    const type = "in_toto_attestation.predicates.provenance.v1.Provenance";
    expect(protoErrors(proto, type, predicate)).toEqual([]);
    expect(predicate.buildDefinition.externalParameters.command).toEqual(["./pipeline.sh"]);
  });

  test("events of OpenLineage", () => {
    const ajv = new Ajv2020({ allErrors: true, strict: false });
    formats.default(ajv as never);
    const schemas = readdirSync(join(FIXTURES, "openlineage")).map((name) =>
      JSON.parse(readFileSync(join(FIXTURES, "openlineage", name), "utf8")),
    );
    for (const schema of schemas) ajv.addSchema(schema);
    const validate = (url: string, value: unknown) => {
      const check = ajv.getSchema(url);
      if (!check) throw new Error(`no schema ${url}`);
      check(value);
      return check.errors ?? [];
    };
    const events = text("--format", "openlineage")
      .trimEnd()
      .split("\n")
      .map((each) => JSON.parse(each));
    expect(events.map(({ eventType }) => eventType)).toEqual(["START", "COMPLETE"]);
    for (const event of events) expect(validate(event.schemaURL, event)).toEqual([]);
    // Each facet by the schema that it names.
    const facets = events
      .flatMap(facetsOf)
      .filter(({ _schemaURL }) => _schemaURL.startsWith("http"));
    expect(new Set(facets.map(({ _schemaURL }) => _schemaURL)).size).toBe(6);
    for (const facet of facets) expect(validate(facet._schemaURL, facet)).toEqual([]);
  });

  test("CycloneDX, with the packages that dpkg knows", () => {
    const bom = JSON.parse(text("--format", "cyclonedx"));
    expect(cyclonedxErrors(bom)).toEqual([]);
    const [{ components, workflows }] = bom.formulation;
    const coreutils = components.find(({ name }: Descriptor) => name === "coreutils");
    const { stdout } = run(["dpkg-query", "-W", "-f", "$" + "{Version}", "coreutils"]);
    expect(coreutils.version).toBe(stdout.toString());
    const locations = coreutils.evidence.occurrences.map(
      (each: { location: string }) => each.location,
    );
    expect(locations).toContain("/usr/bin/sort");
    expect(workflows[0].tasks.length).toBe(6);
  });
});

interface Facet {
  readonly _schemaURL: string;
}

/** Returns all facets in a value. */
function facetsOf(value: unknown): Facet[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "_schemaURL" in value ? [value as Facet] : [];
  return [...own, ...Object.values(value).flatMap(facetsOf)];
}

function cyclonedxErrors(bom: unknown): string[] {
  const directory = join(ROOT, "node_modules/@cyclonedx/cyclonedx-library/res/schema");
  const read = (name: string) =>
    JSON.parse(readFileSync(join(directory, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv as never);
  for (const format of ["iri-reference", "idn-email"]) ajv.addFormat(format, true);
  for (const name of ["spdx", "jsf-0.82", "cryptography-defs"])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(read("bom-1.7"));
  validate(bom);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

test("python3-prov reads PROV-JSON", () => {
  const path = join(scratch, "prov.json");
  writeFileSync(path, exported(places.bpf, ["--format", "prov-json"]));
  const code = `
import prov.model, sys
d = prov.model.ProvDocument.deserialize(sys.argv[1])
kinds = {}
for r in d.get_records():
    kinds[type(r).__name__] = kinds.get(type(r).__name__, 0) + 1
print(sorted(kinds.items()))`;
  const { stdout, stderr } = run(["/usr/bin/python3", "-c", code, path]);
  expect(stderr).toBe("");
  const text = stdout.toString();
  expect(text).toContain("('ProvActivity', 6)");
  // Three inputs, two outputs and the record.
  expect(text).toContain("('ProvEntity', 6)");
  expect(text).toContain("('ProvCommunication', 1)");
});

const crateId = (name: string) => encodeURIComponent(name).replaceAll("'", "%27");

/** Returns what the validator of the package ro-crate finds, of a crate in a directory. */
async function crateProblems(directory: string): Promise<string[]> {
  // The context from the package: tests ask no servers. It keeps the function that it finds first.
  const original = globalThis.fetch;
  const context = require("ro-crate/lib/context.json");
  globalThis.fetch = (async () => Response.json(context)) as never;
  const { Validator } = require("ro-crate/lib/validator.js");
  globalThis.fetch = original;
  const validator = new Validator();
  validator.parseJSON(readFileSync(join(directory, "ro-crate-metadata.json"), "utf8"));
  await validator.crate.resolveContext();
  await validator.validate();
  const files = readdirSync(directory).map((name) => [crateId(name), { exists: true }]);
  validator.checkFiles(Object.fromEntries(files));
  return validator.results
    .filter(({ status }: { status: string }) => status === "error")
    .map(({ id, entity }: { id: string; entity?: string }) => `${id} ${entity ?? ""}`.trim());
}

test("a crate of a command, made by an ordinary user, is accepted by ro-crate's validator", async () => {
  const cwd = join(scratch, "user");
  makePipeline(cwd);
  run(["chown", "-R", "nobody", cwd]);
  const trace = join(scratch, "trace");
  cpSync(join(ROOT, "trace"), trace);
  chmodSync(trace, 0o755);
  chmodSync(scratch, 0o755);
  const args = ["export", "--format", "ro-crate", "--copy", "-o", "crate", "--", "./pipeline.sh"];
  const result = run(["setpriv", "--reuid=nobody", "--clear-groups", trace, ...args], { cwd });
  expect([result.status, result.stderr]).toEqual([0, expect.stringContaining("(by ptrace)")]);
  const crate = join(cwd, "crate");
  expect(readdirSync(crate).sort()).toEqual([
    "data.txt",
    "it's\ta name.txt",
    "letters.txt",
    "pipeline.sh",
    "ro-crate-metadata.json",
    "sorted.txt",
  ]);
  expect(readFileSync(join(crate, "letters.txt"), "utf8")).toBe("b\nc\n");
  expect(await crateProblems(crate)).toEqual([]);
});

/** Prints the rows of a query as JSON, by SQLite itself. */
const QUERY = `import json, sqlite3, sys
database = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
print(json.dumps(database.execute(sys.argv[2]).fetchall()))`;

describe.each(BACKENDS)("the database, by %s", (backend) => {
  test("answers who wrote a file, and from what", () => {
    const cwd = places[backend];
    exported(cwd, ["--format", "sqlite", "-o", "run.db"]);
    const query = (sql: string) => {
      const { stdout, stderr } = run(["python3", "-c", QUERY, "run.db", sql], { cwd });
      expect(stderr.toString()).toBe("");
      return JSON.parse(stdout.toString());
    };
    expect(query("SELECT name, sha256 FROM outputs ORDER BY name")).toEqual(
      ["letters.txt", "sorted.txt"].map((name) => [name, sha256(join(cwd, name))]),
    );
    const accesses =
      "accesses JOIN files ON files.id = file JOIN programs ON programs.id = program";
    expect(
      query(
        `SELECT command, access FROM ${accesses} WHERE name = 'sorted.txt' ORDER BY access DESC`,
      ),
    ).toEqual(
      expect.arrayContaining([
        ["sort data.txt", "write"],
        ["tr 0-9 a-j", "read"],
      ]),
    );
    expect(query("SELECT name FROM removed")).toEqual([["old.txt"]]);
    const pipes = "pipes JOIN programs w ON w.id = writer JOIN programs r ON r.id = reader";
    expect(query(`SELECT w.command, r.command FROM ${pipes}`)).toEqual([
      ["tr 0-9 a-j", "head -n 2"],
    ]);
    expect(query("SELECT name FROM inputs WHERE name LIKE 'it%'")).toEqual([["it's\ta name.txt"]]);
    expect(
      query("SELECT backend, status, complete, (SELECT count(*) FROM losses) FROM run"),
    ).toEqual([[backend, 0, 1, 0]]);
  });
});

test("a file that changed after the run has no digest", () => {
  const cwd = join(scratch, "changed");
  makePipeline(cwd);
  runTrace(["exec", "-o", "run.trace", "./pipeline.sh"], { cwd });
  Bun.sleepSync(20);
  writeFileSync(join(cwd, "sorted.txt"), "1\n2\n4\n");
  writeFileSync(join(cwd, "data.txt"), "4\n1\n2\n");
  const { stdout, stderr } = runTrace(["export", "--format", "in-toto", "run.trace"], { cwd });
  const { subject, predicate } = JSON.parse(stdout.toString());
  expect(subject.map(({ name }: Descriptor) => name)).toEqual(["letters.txt"]);
  expect(stderr).toContain("1 outputs have no digest: they are not");
  const data = predicate.monitorLog.fileAccess.find(({ name }: Descriptor) => name === "data.txt");
  expect([data.digest, data.annotations.digestMissing]).toEqual([undefined, "changed"]);
});

test("a record as NDJSON gives the same digests, and one that is cut off says so", () => {
  const cwd = join(scratch, "lines");
  makePipeline(cwd);
  const columns =
    "event,kind,pid,comm,flags,filename,return,fname2,path,path2,mount,mount2,mntns,dev,ino,ftype,argv,note,time";
  const format = ["--format", "ndjson", "--header", "--events", "all", "--columns", columns];
  runTrace(["exec", ...format, "-o", "run.ndjson", "./pipeline.sh"], { cwd });
  const link = JSON.parse(exported(cwd, ["--format", "in-toto-link"], "run.ndjson"));
  expect(link.subject.map(({ name }: Descriptor) => name)).toEqual(["letters.txt", "sorted.txt"]);
  const text = readFileSync(join(cwd, "run.ndjson"), "utf8").trimEnd();
  writeFileSync(join(cwd, "cut.ndjson"), text.slice(0, text.lastIndexOf("\n") + 1));
  const args = ["export", "--format", "in-toto-link", "--require-complete", "cut.ndjson"];
  const { status, stdout } = runTrace(args, { cwd });
  const { byproducts } = JSON.parse(stdout.toString()).predicate;
  expect([status, byproducts.traceVerdict.complete]).toEqual([3, false]);
});

test("exec --attest writes the statement when the command has ended", () => {
  const cwd = join(scratch, "attest");
  makePipeline(cwd);
  const { status, stderr } = runTrace(["exec", "--attest", "run.json", "./pipeline.sh"], { cwd });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^trace: \d+ events, complete\n$/)]);
  const { subject } = JSON.parse(readFileSync(join(cwd, "run.json"), "utf8"));
  expect(subject.map(({ name }: Descriptor) => name)).toEqual(["letters.txt", "sorted.txt"]);
  expect(existsSync(join(cwd, "trace.csv"))).toBe(false);
});

describe("--redact", () => {
  test("takes out the home directory, the user and the host, and says so", () => {
    const cwd = places.bpf;
    const host = readFileSync("/proc/sys/kernel/hostname", "utf8").trim();
    for (const format of ["in-toto", "cyclonedx"]) {
      const text = exported(cwd, ["--format", format, "--redact", "user,host,home"]);
      expect(text).not.toMatch(new RegExp(`(?<![\\w-])(root|${RegExp.escape(host)})(?![\\w-])`));
      expect(text).toContain("redacted");
    }
  });
});

describe("--post", () => {
  test("sends each event, and keeps the file if the server refuses one", async () => {
    const received: string[] = [];
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        received.push(((await request.json()) as { eventType: string }).eventType);
        return received.length > 3 ? new Response("no room", { status: 507 }) : new Response();
      },
    });
    const post = async () => {
      const url = `http://127.0.0.1:${server.port}/api/v1/lineage`;
      const args = ["--format", "openlineage", "-o", "run.ndjson", "--post", url, "run.trace"];
      const child = Bun.spawn([join(ROOT, "trace"), "export", ...args], {
        cwd: places.bpf,
        stderr: "pipe",
      });
      return [await child.exited, await new Response(child.stderr).text()];
    };
    expect(await post()).toEqual([0, ""]);
    const [status, stderr] = await post();
    expect([status, received]).toEqual([125, ["START", "COMPLETE", "START", "COMPLETE"]]);
    expect(stderr).toContain(
      "HTTP 507: no room; 1 of 2 events were accepted; all are in run.ndjson",
    );
    const lines = readFileSync(join(places.bpf, "run.ndjson"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBe(2);
  });
});
