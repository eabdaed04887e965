/** The executable, which contains what is built of C and the page of reports: runs the program and exits with its status. */
import nativeLibrary from "../build/native.so" with { type: "file" };
import reportTemplate from "../build/report.template" with { type: "file" };
import bpfObject from "../build/trace.bpf.o" with { type: "file" };
import { runProgram } from "./cli/program.ts";
import { findBuiltFilesBy } from "./ffi/built-files.ts";

const FILES = {
  "native.so": nativeLibrary,
  "trace.bpf.o": bpfObject,
  "report.template": reportTemplate,
};
findBuiltFilesBy((file) => FILES[file]);
process.exit(await runProgram(process.argv.slice(2)));
