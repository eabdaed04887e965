/** The executable: runs the program and exits with its status. */
import { runProgram } from "./cli/program.ts";

process.exit(await runProgram(process.argv.slice(2)));
