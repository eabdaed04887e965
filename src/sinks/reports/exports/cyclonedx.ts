/**
 * CycloneDX 1.7, with a formulation: the packages and files that the run read, what it executed, and
 * what it made. https://cyclonedx.org/docs/1.7/json/
 */
import { type Account, verdictOf } from "./account.ts";
import type { Action } from "./actions.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, packageUrl, runKey, timeText, uuidOf } from "./identity.ts";
import { type FindPackage, type InstalledPackage, purlOf, versionOf } from "./packages.ts";

export function cycloneDx(
  account: Account,
  hash: (text: string) => string,
  findPackage: FindPackage,
): object {
  return new BomBuilder(account, findPackage).document(uuidOf(hash(runKey(account.facts))));
}

interface UsedPackage {
  readonly found: InstalledPackage;
  readonly paths: string[];
}

class BomBuilder {
  private readonly account: Account;
  private readonly packages = new Map<string, UsedPackage>();
  /** The reference of a file: its own, or that of its package. */
  private readonly references = new Map<AccountFile, string>();
  private readonly files: AccountFile[] = [];

  constructor(account: Account, findPackage: FindPackage) {
    this.account = account;
    for (const file of account.inputs) this.addInput(file, findPackage(file.path));
    for (const file of account.outputs) this.references.set(file, this.fileReference(file));
  }

  private addInput(file: AccountFile, found: InstalledPackage | null): void {
    if (found === null) {
      this.references.set(file, this.fileReference(file));
      this.files.push(file);
      return;
    }
    const purl = purlOf(found);
    this.references.set(file, purl);
    const used = this.packages.get(purl);
    if (used) used.paths.push(file.path);
    else this.packages.set(purl, { found, paths: [file.path] });
  }

  private fileReference({ path, role }: AccountFile): string {
    return `${role}:${this.account.names.reference(path)}`;
  }

  document(uuid: string): object {
    const { facts, names, outputs } = this.account;
    return {
      $schema: "http://cyclonedx.org/schema/bom-1.7.schema.json",
      bomFormat: "CycloneDX",
      specVersion: "1.7",
      serialNumber: `urn:uuid:${uuid}`,
      version: 1,
      metadata: {
        timestamp: isoTime(facts.ended) ?? isoTime(facts.started) ?? new Date(0).toISOString(),
        tools: {
          components: [
            {
              type: "application",
              name: "trace",
              version: facts.trace,
              purl: packageUrl(facts),
            },
          ],
        },
        component: {
          type: "application",
          "bom-ref": "run",
          name: names.commandLine(facts.command) || "run",
        },
        properties: this.verdict(),
      },
      components: outputs.map((file) => this.file(file)),
      formulation: [
        {
          "bom-ref": "formula",
          components: [...this.usedPackages(), ...this.files.map((file) => this.file(file))],
          workflows: [this.workflow(uuid)],
        },
      ],
    };
  }

  private verdict(): object[] {
    return Object.entries(verdictOf(this.account)).map(([key, value]) => ({
      name: `trace:${key}`,
      value: typeof value === "string" ? value : JSON.stringify(value),
    }));
  }

  private usedPackages(): object[] {
    const { names } = this.account;
    const sorted = [...this.packages].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([purl, { found, paths }]) => ({
      type: "library",
      "bom-ref": purl,
      name: found.name,
      version: versionOf(found),
      purl,
      evidence: { occurrences: paths.map((path) => ({ location: names.name(path) })) },
    }));
  }

  private file(file: AccountFile): object {
    const { names } = this.account;
    const { digest, missing } = file;
    return {
      type: "file",
      "bom-ref": this.references.get(file),
      name: names.name(file.path),
      ...(digest
        ? { hashes: [{ alg: "SHA-256", content: digest.sha256 }] }
        : { properties: [{ name: "trace:noDigest", value: missing ?? "" }] }),
    };
  }

  private workflow(uuid: string): object {
    const { facts, names, inputs, outputs, actions } = this.account;
    return {
      "bom-ref": "workflow",
      uid: uuid,
      name: names.commandLine(facts.command) || "run",
      taskTypes: ["other"],
      tasks: actions.map((action) => this.task(action)),
      inputs: this.inputs(new Set(inputs)),
      outputs: this.outputs(new Set(outputs)),
      ...times(isoTime(facts.started), isoTime(facts.ended)),
    };
  }

  private task(action: Action): object {
    const { index, argv, pid, inputs, outputs, started, ended } = action;
    const name = this.account.names.commandLine(argv);
    return {
      "bom-ref": `task-${index}`,
      uid: String(index),
      taskTypes: ["other"],
      steps: [{ commands: [{ executed: name }] }],
      inputs: this.inputs(inputs),
      outputs: this.outputs(outputs),
      ...times(timeText(started), timeText(ended)),
      properties: [{ name: "trace:pid", value: String(pid) }],
    };
  }

  private inputs(files: ReadonlySet<AccountFile>): object[] {
    return this.referencesOf(files).map((ref) => ({ resource: { ref } }));
  }

  private outputs(files: ReadonlySet<AccountFile>): object[] {
    return this.referencesOf(files).map((ref) => ({ type: "artifact", resource: { ref } }));
  }

  private referencesOf(files: ReadonlySet<AccountFile>): string[] {
    return [...new Set(Array.from(files, (file) => this.references.get(file) ?? ""))].sort();
  }
}

function times(timeStart: string | undefined, timeEnd: string | undefined): object {
  return { ...(timeStart ? { timeStart } : {}), ...(timeEnd ? { timeEnd } : {}) };
}
