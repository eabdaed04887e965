/** Runs the current script again as root, if it is run by another user, and exits with its status. */
export function asRoot(): void {
  if (process.getuid?.() === 0) return;
  const { exitCode } = Bun.spawnSync(
    ["sudo", "env", `PATH=${process.env.PATH}`, process.execPath, ...process.argv.slice(1)],
    { stdio: ["inherit", "inherit", "inherit"] },
  );
  process.exit(exitCode);
}
