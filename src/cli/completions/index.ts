/** The shells that completions can be made for. */
import type { Commands } from "../command.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { zshScript } from "./zsh.ts";

export interface Shell {
  readonly script: (commands: Commands) => string;
  /** The name of its file, where the shell looks for it. */
  readonly file: string;
  /** Where a user can put the file. */
  readonly place: string;
  /** What else a user can put into the shell's own file. */
  readonly start: string;
}

export const COMPLETIONS: Readonly<Record<string, Shell>> = {
  bash: {
    script: bashScript,
    file: "trace.bash",
    place: "~/.local/share/bash-completion/completions/trace",
    start: "source <(trace completions bash)",
  },
  zsh: {
    script: zshScript,
    file: "_trace",
    place: "_trace, in a directory of $fpath",
    start: "source <(trace completions zsh)",
  },
  fish: {
    script: fishScript,
    file: "trace.fish",
    place: "~/.config/fish/completions/trace.fish",
    start: "trace completions fish | source",
  },
};
