/**
 * Makes the golden record file of this architecture, and what it shows: run by hand as root after
 * `make`, with `bun test/golden/records/make.ts`. The records are those of a real run; the header
 * does not say whose machine it was. Committed files are made anew only while a format has not been
 * released: they show that it can be read forever.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RecordFileWriter } from "../../../src/sinks/formats/record.ts";
import { RecordFile } from "../../../src/sources/records/record-file.ts";
import { FORMAT_VERSION } from "../../../src/sources/records/record-format.ts";
import { run, TRACE } from "../../root/support/harness.ts";
import { Collected } from "../../sinks/collected.ts";
import { shownCsv } from "./shown.ts";

/** Where the command runs: a name that is the same on every machine. */
const DIRECTORY = "/tmp/trace-golden";
const SCRIPT = `
  echo one >a; cat a >>b; mv b 'odd "name",é'; ln a link; ln -s a symbolic; mkdir -m 700 d
  truncate -s 0 a; rm link; cat absent; (cd d; exec cat ../symbolic); kill -TERM $$`;

rmSync(DIRECTORY, { recursive: true, force: true });
mkdirSync(DIRECTORY);
const path = join(DIRECTORY, "run.trace");
const cwd = join(DIRECTORY, "work");
mkdirSync(cwd);
const { stderr } = run([TRACE, "exec", "-o", path, "--", "sh", "-c", SCRIPT], {
  cwd,
  env: { PATH: "/usr/bin:/bin" },
});
const file = new RecordFile(path);
const output = new Collected();
const writer = new RecordFileWriter(output, () => 0, { wholeRecords: 0 });
writer.begin({
  ...file.header,
  user: { uid: 0, name: "root" },
  host: "golden",
  boot: "00000000-0000-0000-0000-000000000000",
  processes: [],
});
file.run((event) => writer.write(event));
const losses = file.losses();
if (!file.trailer || losses.length) throw new Error(`incomplete: ${stderr}`);
writer.close();
writer.conclude(file.trailer);
const golden = join(import.meta.dir, `${file.header.machine}-${FORMAT_VERSION}.trace`);
writeFileSync(golden, output.bytes);
writeFileSync(golden.replace(/trace$/, "csv"), shownCsv(golden));
file.close();
rmSync(DIRECTORY, { recursive: true });
console.log(`${golden}: ${output.bytes.length} bytes, ${file.eventCount} events`);
