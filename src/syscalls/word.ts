/** What strace's words stand for, for programs: "htons(80)" is 80, "NULL" is null. */

export type Plain = null | number | string | { readonly [name: string]: Plain };

type WordRule = readonly [pattern: RegExp, plain: (...groups: string[]) => Plain];

const WORD_RULES: readonly WordRule[] = [
  [/^NULL$/, () => null],
  [/^hton[sl]\((\d+)\)$/, Number],
  [/^(?:inet_addr\(|inet_pton\(AF_INET6, )"(.*)"\)$/s, (address) => address],
  [/^(\d+)\*1024$/, (count) => Number(count) * 1024],
  // A name that no file has: of AF_UNIX.
  [/^@"(.*)"$/s, (name) => `@${name}`],
  [/^(0x[0-9a-f]+) \/\* .* \*\/$/, (address) => address],
  [/^(\d+) \/\* .* \*\/$/, Number],
  [/^\{WIFEXITED\(s\) && WEXITSTATUS\(s\) == (\d+)\}$/, (code) => ({ exited: Number(code) })],
  [/^\{WIFSTOPPED\(s\) && WSTOPSIG\(s\) == (\w+)\}$/, (signal) => ({ stopped: signal })],
  [
    /^\{WIFSIGNALED\(s\) && WTERMSIG\(s\) == (\w+)( && WCOREDUMP\(s\))?\}$/,
    (signal, core) => ({ killed: signal, core: core === undefined ? 0 : 1 }),
  ],
];

/** What is no more than a name stays one. */
export function plainWord(text: string): Plain {
  for (const [pattern, plain] of WORD_RULES) {
    const match = pattern.exec(text);
    if (match) return plain(...match.slice(1));
  }
  return text;
}
