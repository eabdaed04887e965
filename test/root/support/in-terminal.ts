/** Runs a command in a pseudoterminal of its own, with scripted input. */
import { run } from "./harness.ts";

/**
 * An action and its time: seconds after the start, or when a text, or one of several, is on the
 * terminal. It types text, changes the width of the window, or sends the command a signal.
 */
export type Action = readonly [
  when: number | string | readonly string[],
  what: { readonly type: string } | { readonly columns: number } | { readonly signal: string },
];

export interface InTerminal {
  readonly cwd: string;
  readonly columns?: number;
  /** The file for standard output; the terminal by default. */
  readonly stdout?: string;
  readonly env?: Record<string, string | undefined>;
  readonly actions?: readonly Action[];
}

const DRIVER = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time
spec = json.loads(sys.argv[1])
def resize(columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
ready, go = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    os.read(ready, 1)
    if spec["stdout"]:
        os.dup2(os.open(spec["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.execvp(spec["command"][0], spec["command"])
resize(spec["columns"])
os.write(go, b"x")
start, actions, chunks, since = time.time(), spec["actions"], [], ""
def due(when):
    if isinstance(when, (int, float)): return time.time() - start >= when
    return any(text in since for text in ([when] if isinstance(when, str) else when))
while time.time() - start < 30:
    if actions and due(actions[0][0]):
        what = actions.pop(0)[1]
        since = ""
        if "type" in what: os.write(terminal, what["type"].encode())
        if "columns" in what: resize(what["columns"])
        if "signal" in what: os.kill(pid, getattr(signal, what["signal"]))
    if not select.select([terminal], [], [], 0.01)[0]: continue
    try: data = os.read(terminal, 65536)
    except OSError: break
    if not data: break
    chunks.append([time.time() - start, data.decode("latin1")])
    since += chunks[-1][1]
else:
    os.kill(pid, signal.SIGKILL)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"status": status, "chunks": chunks}))
`;

export interface TerminalRun {
  readonly status: number;
  /** The output to the terminal, with times in seconds. */
  readonly chunks: readonly (readonly [seconds: number, bytes: string])[];
  readonly bytes: string;
}

export function inTerminal(command: readonly string[], options: InTerminal): TerminalRun {
  const { cwd, columns = 80, stdout = "", actions = [] } = options;
  const spec = JSON.stringify({ command, columns, stdout, actions });
  const env = { ...process.env, TERM: "xterm", NO_COLOR: undefined, ...options.env };
  const result = run(["python3", "-c", DRIVER, spec], { cwd, env });
  if (result.status !== 0) throw new Error(result.stderr);
  const { status, chunks } = JSON.parse(result.stdout.toString());
  return { status, chunks, bytes: chunks.map(([, bytes]: [number, string]) => bytes).join("") };
}
