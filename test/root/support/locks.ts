/** Locks of another user on files that this user can read: flock(1). */

const NOBODY = 65534;

/** Locks files as nobody until the end of the block: `using locks = await foreignLocks(…)`. */
export async function foreignLocks(paths: readonly string[]): Promise<Disposable> {
  const locks = paths.map((path, i) => `exec ${i + 4}<'${path}'; flock -n ${i + 4} || exit 1;`);
  const script = `${locks.join(" ")} echo locked; exec sleep 100 >&-`;
  const user = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const child = Bun.spawn([...user, "sh", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  const output = await new Response(child.stdout).text();
  if (output !== "locked\n") throw new Error(`cannot lock ${paths.join(", ")}`);
  return { [Symbol.dispose]: () => child.kill("SIGKILL") };
}
