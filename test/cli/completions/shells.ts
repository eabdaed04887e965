/** Completes command lines in real shells, with the script that trace prints for them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPLETIONS } from "../../../src/cli/completions/index.ts";
import { loadCommands } from "../../../src/cli/program.ts";

const commands = await loadCommands();
/** Long enough for a busy machine. */
const TIMEOUT_MS = 60_000;
const READY = "shell-is-ready";
const TAB = "\t";
/** Bound to a function that appends the command line to a file and empties it. */
const DUMP = "\x18d";

/** Does work in a new directory that has the script of a shell under its usual name. */
async function withScript<T>(shell: string, work: (home: string) => T | Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), "trace-completions-"));
  try {
    const { file, script } = COMPLETIONS[shell];
    writeFileSync(join(home, file), script(commands));
    for (const name of ["report.trace", "report.txt"]) writeFileSync(join(home, name), "");
    return await work(home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

const RUN_COMMANDS: Readonly<Record<string, (home: string, more: string) => string>> = {
  bash: (home, more) => `
PS1='> '
${more}
source ${home}/trace.bash
dump() { printf '%s\\n' "$READLINE_LINE" >>${home}/lines; READLINE_LINE=; }
bind -x '"\\C-xd": dump'
echo ${READY}
`,
  zsh: (home) => `
PS1='> '
all=($fpath)
# compinit reads each file of these directories: all of them would take seconds.
fpath=(${home} \${(M)all:#*/Completion/Base} \${(M)all:#*/Completion})
autoload -Uz compinit
compinit -u -D
fpath=(${home} $all)
autoload -Uz \${^all}/_*(N:t)
compdef _git git
dump() { print -r -- "$BUFFER" >>${home}/lines; BUFFER= }
zle -N dump
bindkey '^Xd' dump
bindkey '^I' complete-word
print ${READY}
`,
};

/** Waits until a condition holds. */
async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`no ${what} within a minute`);
    await Bun.sleep(5);
  }
}

function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

/**
 * Types lines into an interactive shell, each with a tab at its end.
 * @param more commands for the shell to run before it reads the script
 * @returns the lines as the shell has completed them
 */
export function typed(shell: "bash" | "zsh", lines: readonly string[], more = "") {
  return withScript(shell, async (home) => {
    const start = { bash: ["--noprofile", "--rcfile", join(home, ".bashrc"), "-i"], zsh: ["-i"] };
    writeFileSync(join(home, `.${shell}rc`), RUN_COMMANDS[shell](home, more));
    let output = "";
    const process_ = Bun.spawn([shell, ...start[shell]], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, ZDOTDIR: home, TERM: "xterm" },
      terminal: {
        cols: 200,
        rows: 50,
        data: (_, data) => {
          output += Buffer.from(data).toString();
        },
      },
    });
    try {
      await until(() => output.includes(READY), `prompt of ${shell}`);
      for (const [at, line] of lines.entries()) {
        process_.terminal!.write(line + TAB + DUMP);
        await until(() => linesOf(join(home, "lines")).length > at, `completion of ${line}`);
      }
      return linesOf(join(home, "lines"));
    } finally {
      process_.kill("SIGKILL");
      await process_.exited;
    }
  });
}

/** Returns what fish offers for each line, in alphabetical order, without descriptions. */
export function offeredByFish(lines: readonly string[]): Promise<string[][]> {
  const END = "end-of-list";
  return withScript("fish", (home) => {
    const code = `source trace.fish; for line in $argv; complete -C $line; echo ${END}; end`;
    const { stdout } = Bun.spawnSync(["fish", "-c", code, ...lines], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, TERM: "dumb" },
    });
    const lists = stdout.toString().split(`${END}\n`).slice(0, -1);
    return lists.map((list) =>
      list
        .split("\n")
        .slice(0, -1)
        .map((each) => each.split("\t")[0]),
    );
  });
}
