/**
 * The files that the kernel reads on behalf of an exec before the program itself: scripts, as
 * fs/binfmt_script.c and binfmt_misc treat them. Names and arguments are latin1: one character per
 * byte.
 */

/** How much of a file the kernel looks at: include/uapi/linux/binfmts.h. */
export const BINPRM_BUF_SIZE = 256;
/** How many interpreters an exec may have: exec_binprm() of fs/exec.c. */
const MAX_INTERPRETERS = 5;
/** Of the arguments, each interpreter takes two at most: its name and an optional argument. */
const MAX_INTERPRETER_WORDS = 2 * MAX_INTERPRETERS;

/**
 * Returns the interpreter that a script names in its first line; null if the file is no script.
 * @param start its first BINPRM_BUF_SIZE bytes, or all if it is shorter
 */
export function parseShebang(start: Uint8Array): string | null {
  const text = Buffer.from(start.subarray(0, BINPRM_BUF_SIZE - 1)).toString("latin1");
  const [whole, interpreter] = text.match(/^#![ \t]*([^ \t\n\0]+)/) ?? [];
  if (whole === undefined) return null;
  // A name that fills the buffer may be truncated.
  return whole.length === BINPRM_BUF_SIZE - 1 ? null : interpreter;
}

/** An exec that may have run an interpreter instead of the file that it names. */
export interface InterpretedExec {
  /** The kernel's name of the file, with /dev/fd/N for a file given by its fd: execveat(2). */
  readonly name: string;
  /** The program's arguments: names of interpreters come before that of the file. May be cut. */
  readonly argv: readonly string[];
  /** Whether an interpreter was run; undefined if the kernel does not say. */
  readonly isInterpreted: boolean | undefined;
  /** Reads the first BINPRM_BUF_SIZE bytes of a file; null if that is not possible any more. */
  read(name: string): Uint8Array | null;
  /** Whether the named file is the program that runs; not if it does not exist any more. */
  isProgram(): boolean;
}

/**
 * Returns the names of the scripts of an exec, the executed file first; a file that binfmt_misc runs
 * counts as a script. Empty if the file is the program itself.
 */
export function scriptsOf(exec: InterpretedExec): string[] {
  const { name, argv } = exec;
  const at = argv.indexOf(name, 1);
  const start = exec.read(name);
  if (!isInterpreted(exec, start, at)) return [];
  // The program's own name is the first argument: another word may be a script or an argument.
  if (at === 1) return [name];
  const interpreter = start && parseShebang(start);
  if (interpreter !== null && argv.includes(interpreter))
    return [name, ...interpretersFrom(exec, interpreter)];
  // The file has gone, or is not what was executed: look for scripts among the words before it.
  const words = argv.slice(1, Math.max(at, 1)).reverse();
  return [name, ...words.filter((word) => word.includes("/") && isScript(exec, word))];
}

function isInterpreted(exec: InterpretedExec, start: Uint8Array | null, at: number): boolean {
  if (exec.isInterpreted !== undefined) return exec.isInterpreted;
  // An interpreter gets the name of the file as an argument.
  if (at < 1 || at > MAX_INTERPRETER_WORDS) return false;
  return (start !== null && parseShebang(start) !== null) || !exec.isProgram();
}

/** Returns the interpreters that are scripts themselves, up to the program. */
function interpretersFrom(exec: InterpretedExec, first: string): string[] {
  const scripts: string[] = [];
  let interpreter: string | null = first;
  while (interpreter !== exec.argv[0] && scripts.length < MAX_INTERPRETERS) {
    const start = exec.read(interpreter);
    const next: string | null = start && parseShebang(start);
    if (next === null) break;
    scripts.push(interpreter);
    interpreter = next;
  }
  return scripts;
}

function isScript(exec: InterpretedExec, name: string): boolean {
  const start = exec.read(name);
  return start !== null && parseShebang(start) !== null;
}
