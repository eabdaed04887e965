/**
 * `exec --attest` and `exec -o run.db`: an export of the command that is recorded, when it has ended.
 * Until then the output is empty.
 */
import type { Output } from "../../core/sink.ts";
import type { RunTrailer } from "../../events/run-info.ts";
import type { MachineFiles } from "../../model/known-files.ts";
import { buildAccount } from "../../sinks/reports/exports/account.ts";
import { PREDICATE_FORMATS, renderExport } from "../../sinks/reports/exports/index.ts";
import { RunSink } from "../../sinks/reports/run-sink.ts";
import { logger } from "../messages.ts";
import { hasherOf, hashText } from "./digests.ts";
import { factsOf, namesOf } from "./facts.ts";

export class ExportSink extends RunSink {
  private readonly output: Output;
  private readonly format: string;

  /**
   * @param format one of EXPORT_FORMATS that needs no packages
   * @param machine as for Run
   */
  constructor(output: Output, format: string, machine?: MachineFiles) {
    super(machine);
    this.output = output;
    this.format = format;
  }

  override conclude(result: RunTrailer): void {
    super.conclude(result);
    const { header, format } = this;
    if (header === null) return;
    const facts = factsOf({ ...header, ...result, directories: header.directories, place: header });
    const names = namesOf(facts, []);
    const account = buildAccount(
      this.run,
      facts,
      names,
      hasherOf("local", facts, names, this.run.digests),
    );
    const tools = { hash: hashText, findPackage: () => null };
    const bytes = Buffer.from(renderExport(format, account, tools));
    this.output.write(bytes, bytes.length);
    if (PREDICATE_FORMATS.includes(format) && !account.outputs.some(({ digest }) => digest))
      logger.warn("no output has a digest, so that the statement has no subject");
  }
}
