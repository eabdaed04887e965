/**
 * RO-Crate 1.1 with the profile Process Run Crate 0.5: https://w3id.org/ro/wfrun/process/0.5. Each
 * exec is a CreateAction.
 */
import { type Account, isComplete, verdictOf } from "./account.ts";
import type { Action } from "./actions.ts";
import { dataFiles } from "./data.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, packageUrl, timeText } from "./identity.ts";
import { type FindPackage, versionOf } from "./packages.ts";

const CRATE = "https://w3id.org/ro/crate/1.1";
const PROFILE = "https://w3id.org/ro/wfrun/process/0.5";
const DATE_UNKNOWN = "1970-01-01T00:00:00.000Z";

export interface CrateOptions {
  /** Whether files of the system are in it, too. */
  readonly allFiles: boolean;
  /** Whether a file is in the crate's directory; others are named by a URI. @param path latin1 */
  contains(path: string): boolean;
  readonly findPackage: FindPackage;
}

type Entity = Readonly<Record<string, unknown>>;
const ref = (id: string) => ({ "@id": id });

export function roCrate(account: Account, options: CrateOptions): object {
  const builder = new CrateBuilder(account, options);
  return {
    "@context": [`${CRATE}/context`, "https://w3id.org/ro/terms/workflow-run/context"],
    "@graph": builder.graph(),
  };
}

/** Returns the local path of each file that can be copied into a crate; latin1. */
export function crateFiles(account: Account, allFiles: boolean): AccountFile[] {
  const { inputs, outputs } = dataFiles(account, allFiles);
  const byPath = new Map([...inputs, ...outputs].map((file) => [file.path, file]));
  return [...byPath.values()].filter(({ path }) => account.names.isLocal(path));
}

class CrateBuilder {
  private readonly account: Account;
  private readonly options: CrateOptions;
  private readonly data: ReturnType<typeof dataFiles>;

  constructor(account: Account, options: CrateOptions) {
    this.account = account;
    this.options = options;
    this.data = dataFiles(account, options.allFiles);
  }

  graph(): Entity[] {
    const { actions } = this.account;
    const files = this.files();
    const programs = new Map(actions.map((action) => [this.programId(action), action]));
    const fileIds = new Set(files.map((file) => file["@id"]));
    return [
      {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        conformsTo: ref(CRATE),
        about: ref("./"),
      },
      this.root(files),
      { "@id": PROFILE, "@type": "CreativeWork", name: "Process Run Crate", version: "0.5" },
      {
        "@id": "#license",
        "@type": "CreativeWork",
        name: "No license",
        description: "A record does not say under which license the files are.",
      },
      ...this.verdict(),
      ...this.agents(),
      ...Array.from(programs, ([id, action]) => this.program(id, action)).filter(
        (program) => !fileIds.has(program["@id"]),
      ),
      ...actions.map((action) => this.action(action)),
      ...files,
    ];
  }

  private root(files: readonly Entity[]): Entity {
    const { facts, names, actions } = this.account;
    const command = names.commandLine(facts.command);
    return {
      "@id": "./",
      "@type": "Dataset",
      conformsTo: ref(PROFILE),
      name: command || "A recorded run",
      description: this.description(command),
      datePublished: isoTime(facts.ended) ?? isoTime(facts.started) ?? DATE_UNKNOWN,
      license: ref("#license"),
      hasPart: files.map((file) => ref(String(file["@id"]))),
      mentions: actions.map(({ index }) => ref(actionId(index))),
      additionalProperty: this.verdict().map((property) => ref(String(property["@id"]))),
    };
  }

  private description(command: string): string {
    const { facts } = this.account;
    const complete = isComplete(facts);
    const { omitted } = this.data;
    return [
      `The files that ${command || "the run"} read and wrote, and the programs that it executed.`,
      complete
        ? "The record is complete."
        : complete === null
          ? "It is not known whether the record is complete."
          : "The record is INCOMPLETE.",
      ...(omitted ? [`${omitted} files of the system are not listed.`] : []),
    ].join(" ");
  }

  private verdict(): Entity[] {
    return Object.entries(verdictOf(this.account)).map(([name, value]) => ({
      "@id": `#trace-${name}`,
      "@type": "PropertyValue",
      name: `trace:${name}`,
      value: typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    }));
  }

  private agents(): Entity[] {
    const { facts, names } = this.account;
    const { user } = facts;
    const recorder = {
      "@id": "#trace",
      "@type": "SoftwareApplication",
      name: "trace",
      softwareVersion: facts.trace,
      url: packageUrl(facts),
    };
    if (user === null || names.redacted.has("user")) return [recorder];
    return [recorder, { "@id": "#user", "@type": "Person", name: user.name }];
  }

  private programId({ path, argv }: Action): string {
    const { names } = this.account;
    if (path === "") return `#process-${names.uri(`/${argv[0] ?? ""}`).slice("file:///".length)}`;
    return this.options.contains(path) ? names.reference(path) : `#${names.uri(path).slice(7)}`;
  }

  private program(id: string, { path, argv }: Action): Entity {
    const { names } = this.account;
    const found = path === "" ? null : this.options.findPackage(path);
    return {
      "@id": id,
      "@type": "SoftwareApplication",
      name: names.name(path.slice(path.lastIndexOf("/") + 1) || (argv[0] ?? "")),
      ...(path === "" ? {} : { alternateName: names.name(path) }),
      ...(found ? { softwareVersion: versionOf(found) } : {}),
    };
  }

  private action(action: Action): Entity {
    const { names, facts } = this.account;
    const { argv, path, started, ended, status, signal } = action;
    const isFailed = signal !== null || (status !== null && status !== 0);
    const error = signal !== null ? `killed by signal ${signal}` : `exit status ${status}`;
    const hasUser = facts.user !== null && !names.redacted.has("user");
    return {
      "@id": actionId(action.index),
      "@type": action.outputs.size ? "CreateAction" : "ActivateAction",
      name: names.name((path || argv[0] || "").replace(/^.*\//s, "")),
      description: names.commandLine(argv),
      startTime: timeText(started),
      endTime: timeText(ended),
      instrument: ref(this.programId(action)),
      ...(hasUser ? { agent: ref("#user") } : {}),
      object: this.idsOf(action.inputs),
      result: this.idsOf(action.outputs),
      actionStatus: ref(
        `http://schema.org/${isFailed ? "FailedActionStatus" : "CompletedActionStatus"}`,
      ),
      ...(isFailed ? { error } : {}),
    };
  }

  private idsOf(files: ReadonlySet<AccountFile>): object[] {
    const ids = [...files].filter(this.data.includes).map((file) => this.fileId(file));
    return [...new Set(ids)].sort().map(ref);
  }

  private fileId({ path }: AccountFile): string {
    const { names } = this.account;
    return this.options.contains(path) ? names.reference(path) : names.uri(path);
  }

  /** Each file once: one that was changed in place as it is at the end. */
  private files(): Entity[] {
    const { inputs, outputs } = this.data;
    const programs = new Set(this.account.actions.map(({ path }) => path));
    const byId = new Map([...inputs, ...outputs].map((file) => [this.fileId(file), file]));
    return Array.from(byId, ([id, { path, digest, missing }]) => ({
      "@id": id,
      "@type": programs.has(path) ? ["File", "SoftwareSourceCode"] : "File",
      name: this.account.names.name(path.slice(path.lastIndexOf("/") + 1)),
      ...(digest
        ? { contentSize: String(digest.size), sha256: digest.sha256 }
        : { description: `no digest: ${missing}` }),
    }));
  }
}

const actionId = (index: number) => `#action-${index}`;
