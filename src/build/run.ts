/** Runs a program of the build. */

/** Returns what the command printed. @throws Error with what it said on stderr if it failed */
export function run(command: string[], cwd?: string): string {
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd, stdin: null });
  if (!success) throw new Error(`${command.slice(0, 2).join(" ")}: ${stderr.toString().trim()}`);
  return stdout.toString();
}
