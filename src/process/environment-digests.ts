/**
 * What a record keeps of a command's environment, so that two runs can be compared: the names of its
 * variables, and of each value 16 bits of a hash. These tell two values apart, but do not give a value
 * away: of all values that somebody may try, one of 65,536 has the same ones.
 */

/** Of these, not even a hash is kept: a short value could be found by trying. */
const SECRET = /pass|secret|token|key|cred|auth|session|cookie|private|pwd$|_pw$|\bpin\b/i;
const DIGITS = 4;
const MIN_DIRECTORY = 2;

/** Values by the names of variables: four hexadecimal digits, or "" where nothing is kept. */
export type EnvironmentDigests = Readonly<Record<string, string>>;

/**
 * @param directory the working directory, which values may contain: it does not make a difference
 */
export function environmentDigests(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): EnvironmentDigests {
  const digests: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (value !== undefined)
      digests[name] = SECRET.test(name) ? "" : digest(name, value, directory);
  return digests;
}

function digest(name: string, value: string, directory: string): string {
  const text = directory.length < MIN_DIRECTORY ? value : value.replaceAll(directory, "\0");
  const hash = new Bun.CryptoHasher("sha256").update(`${name}\0${text}`);
  return hash.digest("hex").slice(0, DIGITS);
}
