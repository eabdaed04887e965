/** The formats of exports: each makes one file of an account of a run. */
import { printableJson } from "../../../text/printable.ts";
import type { Account } from "./account.ts";
import { cycloneDx } from "./cyclonedx.ts";
import { link, type Predicate, runtimeTrace, statement } from "./in-toto.ts";
import { openLineage } from "./openlineage.ts";
import type { FindPackage } from "./packages.ts";
import { provJson } from "./prov.ts";
import { roCrate } from "./ro-crate.ts";
import { slsaProvenance } from "./slsa.ts";
import { sqlite } from "./sqlite.ts";

/** What formats need from outside. */
export interface ExportTools {
  /** Returns the SHA-256 of a text, hexadecimal. */
  hash(text: string): string;
  readonly findPackage: FindPackage;
}

export interface ExportOptions {
  /** Only the predicate of a statement. */
  readonly predicate?: boolean;
  /** Whether files of the system are data, too. */
  readonly allFiles?: boolean;
  /** Whether a file is in the directory of the crate; by default those below the working directory. */
  readonly contains?: (path: string) => boolean;
}

/** Returns the values of an export: one, or one a line. */
type Render = (account: Account, tools: ExportTools, options: ExportOptions) => object;

const PREDICATES: Readonly<Record<string, (account: Account, tools: ExportTools) => Predicate>> = {
  "in-toto": runtimeTrace,
  "in-toto-link": link,
  slsa: (account, { hash }) => slsaProvenance(account, hash),
};

const DOCUMENTS: Readonly<Record<string, Render>> = {
  "ro-crate": (account, { findPackage }, { allFiles = false, contains }) =>
    roCrate(account, {
      allFiles,
      findPackage,
      contains: contains ?? ((path) => account.names.isLocal(path)),
    }),
  "prov-json": (account, { hash }, { allFiles = false }) => provJson(account, hash, allFiles),
  cyclonedx: (account, { hash, findPackage }) => cycloneDx(account, hash, findPackage),
};

export const LINEAGE = "openlineage";
export const PREDICATE_FORMATS = Object.keys(PREDICATES);
const DATABASE = "sqlite";
export const EXPORT_FORMATS = [...PREDICATE_FORMATS, ...Object.keys(DOCUMENTS), LINEAGE, DATABASE];

/** Returns the text of an export, or its bytes. @param format one of EXPORT_FORMATS */
export function renderExport(
  format: string,
  account: Account,
  tools: ExportTools,
  options: ExportOptions = {},
): string | Uint8Array {
  if (format === DATABASE) return sqlite(account);
  if (format === LINEAGE) return renderEvents(account, tools, options).map(line).join("");
  if (!Object.hasOwn(PREDICATES, format)) return json(DOCUMENTS[format](account, tools, options));
  const predicate = PREDICATES[format](account, tools);
  return json(options.predicate ? predicate.predicate : statement(account, predicate));
}

/** Returns the events of OpenLineage. */
export function renderEvents(
  account: Account,
  { hash }: ExportTools,
  { allFiles = false }: ExportOptions,
): object[] {
  return openLineage(account, hash, allFiles);
}

const line = (value: object) => `${printableJson(JSON.stringify(value))}\n`;
const json = (value: object) => `${printableJson(JSON.stringify(value, null, 2))}\n`;
