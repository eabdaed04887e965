/** Error numbers by name, from the C library's header and, where only tracers see them, the kernel's. */

/** include/linux/errno.h */
const RESTARTS = {
  ERESTARTSYS: 512,
  ERESTARTNOINTR: 513,
  ERESTARTNOHAND: 514,
  ERESTART_RESTARTBLOCK: 516,
};
let known: Map<string, number> | undefined;

/** @throws Error where there is no such error */
export function errnoNumber(name: string): number {
  known ??= read();
  const number = known.get(name);
  if (number === undefined) throw new Error(`an unknown error: ${name}`);
  return number;
}

function read(): Map<string, number> {
  const cpp = Bun.spawnSync(["cc", "-E", "-dM", "-include", "errno.h", "-x", "c", "/dev/null"]);
  const defines = cpp.stdout.toString().matchAll(/^#define (E\w+) (\d+)$/gm);
  const numbers = Array.from(defines, ([, name, number]) => [name, Number(number)] as const);
  return new Map([...numbers, ...Object.entries(RESTARTS)]);
}
