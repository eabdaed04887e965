/** Recognizes the runs of C and C++ compilers by their arguments, as their manual pages describe them. */

const COMPILER =
  /^(?:[\w.+-]+-)?(?:gcc|g\+\+|cc|c\+\+|c89|c99|clang|clang\+\+)(?:-\d+(?:\.\d+)*)?$/;
/** Programs that run the compiler that their first argument names. */
const LAUNCHERS = new Set(["ccache", "sccache", "distcc", "icecc"]);
/** Extensions of sources: gcc(1), "Options Controlling the Kind of Output". */
const SOURCE = /[^/]\.(?:c|i|ii|m|mi|mm|M|mii|cc|cp|cxx|cpp|CPP|c\+\+|C|s|S|sx|cu)$/;
/** Options whose value is the next argument. */
const WITH_VALUE = new Set(
  (
    "-o -x -I -D -U -L -l -T -u -z -e -h -A -B -F -G -MF -MT -MQ -include -imacros -idirafter " +
    "-iprefix -iwithprefix -iwithprefixbefore -isystem -iquote -isysroot -imultilib -Xlinker " +
    "-Xassembler -Xpreprocessor -Xclang -mllvm -target -arch -framework -wrapper -dumpbase " +
    "-dumpbase-ext -dumpdir -aux-info -b -V"
  ).split(" "),
);
/** The same, of two dashes. */
const LONG_WITH_VALUE = new Set(["param", "sysroot"]);
/** They neither compile nor assemble. */
const NO_COMPILATION = new Set(["-E", "-M", "-MM", "-cc1", "-cc1as", "-###"]);

export interface CompilerRun {
  /** From the compiler on, without what launched it. */
  readonly argv: readonly string[];
  /** The file of -o; null without it. */
  readonly output: string | null;
  /** As the arguments name them; none if the compiler only links. */
  readonly sources: readonly string[];
}

/** @param path of the program that is executed. Returns null for another program than a compiler */
export function compilerRun(path: string, argv: readonly string[]): CompilerRun | null {
  const isNamed = COMPILER.test(baseName(argv[0] ?? ""));
  if (!isNamed && LAUNCHERS.has(baseName(path))) return launchedRun(argv);
  return isNamed || COMPILER.test(baseName(path)) ? parseArguments(argv) : null;
}

/** Options and settings may come before the compiler. */
function launchedRun(argv: readonly string[]): CompilerRun | null {
  const at = argv.findIndex((word, index) => index > 0 && !/^-|=/.test(word));
  return at > 0 && COMPILER.test(baseName(argv[at])) ? parseArguments(argv.slice(at)) : null;
}

function parseArguments(argv: readonly string[]): CompilerRun {
  const sources: string[] = [];
  let output: string | null = null;
  /** Whether -x says what files are, whatever their extensions. */
  let isTyped = false;
  let areOptions = true;
  const words = argv.slice(1);
  if (words.some((word) => NO_COMPILATION.has(word))) return { argv, output, sources };
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (areOptions && word === "--") areOptions = false;
    else if (areOptions && word.startsWith("-") && word !== "-") {
      const option = word.slice(0, 2);
      const hasValue = WITH_VALUE.has(word) || LONG_WITH_VALUE.has(word.slice(2));
      const value = hasValue ? words[++i] : word.slice(2);
      if (option === "-o") output = value ?? null;
      if (option === "-x") isTyped = value !== "none";
    } else if (!word.startsWith("@") && word !== "-" && (isTyped || SOURCE.test(word)))
      sources.push(word);
  }
  return { argv, output, sources };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
