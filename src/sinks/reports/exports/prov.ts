/** W3C PROV-JSON: https://www.w3.org/submissions/prov-json/ */
import { type Account, verdictOf } from "./account.ts";
import type { Action } from "./actions.ts";
import { dataFiles } from "./data.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, packageUrl, runKey, timeText, uuidOf } from "./identity.ts";

type Attributes = Record<string, unknown>;
type Records = Record<string, Attributes>;

/**
 * @param hash returns the SHA-256 of a text, hexadecimal
 * @param allFiles whether files of the system are entities, too
 */
export function provJson(
  account: Account,
  hash: (text: string) => string,
  allFiles: boolean,
): object {
  return new ProvBuilder(account, allFiles).document(uuidOf(hash(runKey(account.facts))));
}

class ProvBuilder {
  private readonly account: Account;
  private readonly data: ReturnType<typeof dataFiles>;
  private readonly outputPaths: ReadonlySet<string>;
  private readonly used: Records = {};
  private readonly generated: Records = {};
  private readonly started: Records = {};
  private readonly informed: Records = {};
  private readonly associated: Records = {};
  private count = 0;

  constructor(account: Account, allFiles: boolean) {
    this.account = account;
    this.data = dataFiles(account, allFiles);
    this.outputPaths = new Set(this.data.outputs.map(({ path }) => path));
  }

  document(uuid: string): object {
    const { facts, names, actions } = this.account;
    const directory = facts.cwd === null ? "file:///" : `${names.uri(facts.cwd)}/`;
    for (const action of actions) this.relate(action);
    return {
      prefix: {
        dir: directory,
        file: "file:///",
        run: `urn:uuid:${uuid}#`,
        trace: `${packageUrl({ ...facts, trace: "" })}#`,
      },
      entity: this.entities(),
      activity: Object.fromEntries(
        actions.map((action) => [actionId(action), this.activity(action)]),
      ),
      agent: this.agents(),
      used: this.used,
      wasGeneratedBy: this.generated,
      wasStartedBy: this.started,
      wasInformedBy: this.informed,
      wasAssociatedWith: this.associated,
      wasDerivedFrom: this.derived(),
    };
  }

  /** A file that was changed in place is two entities. */
  private entityId({ path, role }: AccountFile): string {
    const { names } = this.account;
    const name = names.isLocal(path)
      ? `dir:${names.reference(path).replace(/^\.\//, "")}`
      : `file:${names.uri(path).slice("file:///".length)}`;
    return role === "input" && this.outputPaths.has(path) ? `${name}?before` : name;
  }

  private entities(): Records {
    const { names, facts } = this.account;
    const entities: Records = {};
    for (const file of [...this.data.inputs, ...this.data.outputs]) {
      const { digest, missing } = file;
      entities[this.entityId(file)] = {
        "prov:label": names.name(file.path),
        ...(digest
          ? { "trace:sha256": digest.sha256, "trace:size": digest.size }
          : { "trace:noDigest": missing }),
      };
    }
    const verdict = Object.entries(verdictOf(this.account)).flatMap(([key, value]) =>
      value === null
        ? []
        : [[`trace:${key}`, typeof value === "object" ? JSON.stringify(value) : value]],
    );
    const times = [
      ["trace:started", isoTime(facts.started)],
      ["trace:ended", isoTime(facts.ended)],
      ["trace:status", facts.status],
      ["trace:filesOfTheSystem", this.data.omitted],
    ].filter(([, value]) => value !== undefined && value !== null);
    entities["run:record"] = {
      "prov:label": names.commandLine(facts.command),
      ...Object.fromEntries([...verdict, ...times]),
    };
    return entities;
  }

  private activity(action: Action): Attributes {
    const { names } = this.account;
    const { pid, path, argv, cwd, started, ended, status, signal } = action;
    const times = { "prov:startTime": timeText(started), "prov:endTime": timeText(ended) };
    return {
      "prov:label": names.commandLine(argv),
      ...times,
      "trace:pid": pid,
      ...(path === "" ? {} : { "trace:program": names.name(path) }),
      ...(cwd === null ? {} : { "trace:cwd": names.name(cwd) }),
      ...(status === null ? {} : { "trace:status": status }),
      ...(signal === null ? {} : { "trace:signal": signal }),
    };
  }

  private agents(): Records {
    const { facts, names } = this.account;
    const typed = (type: string) => ({ $: type, type: "prov:QUALIFIED_NAME" });
    const isHidden = facts.user === null || names.redacted.has("user");
    return {
      "run:user": {
        "prov:type": typed("prov:Person"),
        ...(isHidden ? {} : { "prov:label": facts.user.name }),
      },
    };
  }

  private relate(action: Action): void {
    const activity = actionId(action);
    this.add(this.associated, { "prov:activity": activity, "prov:agent": "run:user" });
    for (const file of action.inputs)
      if (this.data.includes(file))
        this.add(this.used, { "prov:activity": activity, "prov:entity": this.entityId(file) });
    for (const file of action.outputs)
      if (this.data.includes(file))
        this.add(this.generated, { "prov:entity": this.entityId(file), "prov:activity": activity });
    if (action.parent)
      this.add(this.started, {
        "prov:activity": activity,
        "prov:starter": actionId(action.parent),
      });
    for (const source of action.sources)
      this.add(this.informed, { "prov:informed": activity, "prov:informant": actionId(source) });
  }

  private add(records: Records, attributes: Attributes): void {
    records[`_:r${++this.count}`] = attributes;
  }

  private derived(): Records {
    const derived: Records = {};
    const outputs = new Map(this.data.outputs.map((file) => [file.path, file]));
    for (const input of this.data.inputs) {
      const output = outputs.get(input.path);
      if (output)
        this.add(derived, {
          "prov:generatedEntity": this.entityId(output),
          "prov:usedEntity": this.entityId(input),
        });
    }
    return derived;
  }
}

const actionId = ({ index }: Action) => `run:action-${index}`;
