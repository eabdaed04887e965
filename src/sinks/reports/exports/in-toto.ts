/**
 * in-toto Statement v1 with the predicates runtime-trace v0.1 and link v0.3:
 * https://github.com/in-toto/attestation/tree/main/spec
 */
import { type Account, verdictOf } from "./account.ts";
import type { Action } from "./actions.ts";
import type { AccountFile } from "./files.ts";
import { isoTime, packageUrl, timeText, typeUri } from "./identity.ts";
import { isUnicode } from "./names.ts";

export interface ResourceDescriptor {
  readonly name: string;
  readonly uri?: string;
  readonly digest?: { readonly sha256: string };
  readonly annotations?: object;
}

/** A predicate and its type. */
export interface Predicate {
  readonly type: string;
  readonly predicate: object;
}

/** What is needed of a file beyond its name: a digest or a URI. */
export function descriptor(
  { names }: Account,
  { path, digest }: Pick<AccountFile, "path" | "digest">,
  annotations?: object,
): ResourceDescriptor {
  return {
    name: names.name(path),
    ...(digest && isUnicode(path) ? {} : { uri: names.uri(path) }),
    ...(digest ? { digest: { sha256: digest.sha256 } } : {}),
    ...(annotations ? { annotations } : {}),
  };
}

/** Returns the descriptors of files with digests, each name once. */
function withDigest(account: Account, files: readonly AccountFile[]): ResourceDescriptor[] {
  const all = files.filter(({ digest }) => digest).map((file) => descriptor(account, file));
  return [...new Map(all.map((each) => [each.name, each])).values()];
}

/** The subject of a statement: the outputs. One without a digest cannot be in it. */
export function statement(account: Account, { type, predicate }: Predicate): object {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: withDigest(account, account.outputs),
    predicateType: type,
    predicate,
  };
}

export function runtimeTrace(account: Account): Predicate {
  const { facts } = account;
  return {
    type: "https://in-toto.io/attestation/runtime-trace/v0.1",
    predicate: {
      monitor: {
        type: packageUrl(facts),
        tracePolicy: { backend: facts.backend, events: "all", followsChildren: true },
      },
      monitoredProcess: {
        hostID: hostUri(account),
        type: typeUri("command"),
        event: account.names.commandLine(facts.command),
      },
      monitorLog: {
        process: account.actions.map((action) => processEntry(account, action)),
        network: networkEntries(account),
        fileAccess: fileAccesses(account),
      },
      metadata: times(account),
      traceVerdict: verdictOf(account),
      traceAbsent: account.absent.map(({ path, errno, times }) => ({
        name: account.names.name(path),
        errno,
        times,
      })),
    },
  };
}

function hostUri({ facts, names }: Account): string {
  if (names.redacted.has("host") || !facts.host) return "dns:unknown.invalid";
  return `dns:${encodeURIComponent(facts.host)}`;
}

function times({ facts }: Account) {
  return { buildStartedOn: isoTime(facts.started), buildFinishedOn: isoTime(facts.ended) };
}

/** An execution, with the keys of other monitors where there are any. */
function processEntry({ names }: Account, action: Action): object {
  const { index, parent, pid, argv, path, cwd, started, ended, status, signal } = action;
  return {
    eventType: "process",
    id: index,
    ...(parent ? { parentId: parent.index } : {}),
    pid,
    processBinary: names.name(path),
    arguments: argv.slice(1).map((each) => names.argument(each)),
    ...(cwd === null ? {} : { workingDirectory: names.name(cwd) }),
    startedOn: timeText(started),
    finishedOn: timeText(ended),
    ...(status === null ? {} : { exitStatus: status }),
    ...(signal === null ? {} : { signal }),
  };
}

function networkEntries({ connected, bound, names }: Account): object[] {
  return [
    ...connected.map((address) => ({ eventType: "connect", address: names.name(address) })),
    ...bound.map((address) => ({ eventType: "bind", address: names.name(address) })),
  ];
}

/** A file may be there twice: as it was read, and as it was left. */
function fileAccesses(account: Account): ResourceDescriptor[] {
  const of = (access: string) => (file: AccountFile) =>
    descriptor(account, file, {
      access: file.isProgram ? "execute" : access,
      times: file.times,
      ...(file.missing ? { digestMissing: file.missing } : {}),
    });
  const ofPath = (access: string) => (path: string) =>
    descriptor(account, { path, digest: null }, { access });
  return [
    ...account.inputs.map(of("read")),
    ...account.outputs.map(of("write")),
    ...account.removed.map(ofPath("remove")),
    ...account.listed.map(ofPath("list")),
  ];
}

/** The materials are the inputs with digests; the products are the subject. */
export function link(account: Account): Predicate {
  const { facts, names, inputs, outputs } = account;
  const without = (files: readonly AccountFile[]) => files.filter(({ digest }) => !digest).length;
  const command = facts.command.map((word) => names.argument(word));
  return {
    type: "https://in-toto.io/attestation/link/v0.3",
    predicate: {
      name: command[0]?.replace(/^.*\//s, "") ?? "",
      command,
      materials: withDigest(account, inputs),
      byproducts: {
        "return-value": facts.status,
        materialsWithoutDigest: without(inputs),
        productsWithoutDigest: without(outputs),
        traceVerdict: verdictOf(account),
      },
      environment: environment(account),
    },
  };
}

/** Where the run took place. */
export function environment({ facts, names }: Account): object {
  const { host, kernel, machine, cwd, user } = facts;
  return {
    ...(host && !names.redacted.has("host") ? { host } : {}),
    ...(kernel ? { kernel } : {}),
    ...(machine ? { machine } : {}),
    ...(user && !names.redacted.has("user") ? { user: user.name, uid: user.uid } : {}),
    ...(cwd ? { workingDirectory: names.name(cwd) } : {}),
  };
}
