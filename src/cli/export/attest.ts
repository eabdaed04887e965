/** `exec --attest`: an in-toto statement about the command that is recorded, when it has ended. */
import type { Output } from "../../core/sink.ts";
import type { RunTrailer } from "../../events/run-info.ts";
import { isDirectory, symlinkTarget } from "../../process/paths.ts";
import { buildAccount } from "../../sinks/reports/exports/account.ts";
import { renderExport } from "../../sinks/reports/exports/index.ts";
import { RunSink } from "../../sinks/reports/run-sink.ts";
import { logger } from "../messages.ts";
import { hasherOf, hashText } from "./digests.ts";
import { factsOf, namesOf } from "./facts.ts";

export class AttestSink extends RunSink {
  private readonly output: Output;

  constructor(output: Output) {
    super({ symlinkTarget, isDirectory });
    this.output = output;
  }

  override conclude(result: RunTrailer): void {
    super.conclude(result);
    const { header } = this;
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
    const bytes = Buffer.from(renderExport("in-toto", account, tools));
    this.output.write(bytes, bytes.length);
    if (!account.outputs.some(({ digest }) => digest))
      logger.warn("no output has a digest, so that the statement has no subject");
  }
}
