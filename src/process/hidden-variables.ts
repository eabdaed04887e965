/**
 * Variables of the environment that Bun obeys. The launcher (src/launcher) hides them from it: their
 * first character is another one, which no variable of a user begins with.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: no name of a user has them
const HIDDEN = /^(?:\x02UN_|\x0eODE_|[\r-]imalloc_)/i;
const BIT = 0x40;

/** The launcher sets them for Bun; a user's own would be hidden. */
const ENGINE = /^BUN_JSC_thresholdFor(?:FTL)?OptimizeAfterWarmUp$/;

/**
 * Takes the launcher's variables out, and gives the others back their names, for the traced command.
 * Their order stays the same.
 */
export function restoreVariables(env: Record<string, string | undefined>): void {
  for (const name of Object.keys(env)) if (ENGINE.test(name)) delete env[name];
  const all = Object.entries(env);
  if (!all.some(([name]) => HIDDEN.test(name))) return;
  for (const [name] of all) delete env[name];
  for (const [name, value] of all) env[HIDDEN.test(name) ? restored(name) : name] = value;
}

function restored(name: string): string {
  return String.fromCharCode(name.charCodeAt(0) ^ BIT) + name.slice(1);
}
