/** The completions of fish(1): complete(1). */
import type { Commands } from "../command.ts";
import type { NamedValue, Values } from "../options/values.ts";
import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  PROGRAM_OPTIONS,
} from "./table.ts";

const FUNCTIONS = `
# Prints the subcommand before the cursor, or - if there is none yet. Behind a traced command, prints the
# command line from there on and fails.
function __trace_command
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l command -
    set -l ended
    while set -q tokens[1]
        set -l token $tokens[1]
        set -e tokens[1]
        switch $token
            case --
                set ended yes
                break
            case '--*=*'
            case '-*'
                # The last letter of a group can take a value.
                set -l last (string replace -r '^-[^-]*([^-])$' -- '-$1' $token)
                contains -- "$command $last" $__trace_valued; and set -e tokens[1]
            case '*'
                if test $command = -
                    set command $token
                else if contains -- $command $__trace_taking
                    set -p tokens $token
                    echo -- (string escape -- $tokens)
                    return 1
                end
        end
    end
    if set -q ended[1]; and contains -- $command $__trace_taking_after_dashes
        echo -- (string escape -- $tokens)
        return 1
    end
    echo -- $command
end

function __trace_is -a command
    set -l found (__trace_command); and test "$found" = $command
end

function __trace_is_traced
    not __trace_command >/dev/null
end

function __trace_is_at_command
    string match -q -- '-*' (commandline -ct); and return 1
    set -l found (__trace_command); and contains -- $found $__trace_taking
end

function __trace_traced
    set -l tokens (__trace_command)
    complete -C "$tokens "(commandline -ct | string escape --no-quoted | string replace -r '^$' '')
end

# Whether the word at the cursor is the value of one of these spellings.
function __trace_accepts -a command
    __trace_is $command; or return 1
    set -l token (commandline -ct)
    contains -- (commandline -opc)[-1] $argv[2..]; and return 0
    string match -q '*=*' -- $token; and contains -- (string replace -r '=.*' '' -- $token) $argv[2..]
end

# As __trace_list, with the spelling of the option.
function __trace_whole
    set -l before (commandline -ct | string replace -r '[^,=]*$' '')
    for name in $argv
        echo -- $before$name
    end
end

# Prints the names for what follows KIND= at the cursor, or without it, names and kinds.
function __trace_expression
    set -l value (commandline -ct | string replace -r '^(-e|--[^=]*=)' '')
    set -l kind __trace_kind_(string replace -f -r '^([a-z-]+)=.*' '$1' -- $value | string replace -a - _)
    if set -q $kind
        __trace_list $$kind
    else
        __trace_list $argv
    end
end

# Prints names for what follows the last comma of the value at the cursor.
function __trace_list
    set -l value (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l before (string replace -r '[^,=]*$' '' -- $value)
    for name in $argv
        echo -- $before$name
    end
end

function __trace_process_names
    __trace_list (cat /proc/*/comm 2>/dev/null | sort -u)
end
`;

/** Quotes a word for fish. */
const quote = (word: string) => `'${word.replace(/[\\']/g, "\\$&")}'`;

const nameLine = ({ name, about }: NamedValue) => (about ? `${name}\t${about}` : name);

function nameList(names: readonly NamedValue[]): string {
  return names.map((name) => quote(nameLine(name))).join(" ");
}

/** The variables with names, by their values. */
class NameVariables {
  private readonly variables = new Map<string, string>();
  private readonly kinds = new Map<string, string>();

  nameOf(names: readonly NamedValue[]): string {
    const text = nameList(names);
    const name = this.variables.get(text) ?? `__trace_names_${this.variables.size + 1}`;
    this.variables.set(text, name);
    return name;
  }

  /** Adds names of values that begin with KIND=; returns words for the kinds. */
  addKinds(kinds: Readonly<Record<string, readonly NamedValue[]>>): string {
    for (const [kind, names] of Object.entries(kinds))
      this.kinds.set(`__trace_kind_${kind.replaceAll("-", "_")}`, nameList(names));
    return Object.keys(kinds)
      .map((kind) => `${kind}=`)
      .join(" ");
  }

  text(): string {
    const variables = [...this.variables].map(([text, name]) => [name, text]);
    return [...variables, ...this.kinds].map(([name, text]) => `set -g ${name} ${text}\n`).join("");
  }
}

/** Returns the options of complete(1) that say what a value or a word is. */
function argumentOptions(values: Values | null, variables: NameVariables): string {
  switch (values?.kind) {
    case undefined:
      return "-x";
    case "files":
      return "-rF";
    case "processes":
      return values.list
        ? `-xa '(__trace_list (__fish_complete_pids))'`
        : `-xa '(__fish_complete_pids)'`;
    case "process-names":
      return `-xa '(__trace_process_names)'`;
    case "users":
      return `-xa '(__trace_list (__fish_complete_users))'`;
    case "cgroups":
      return `-xa '(__fish_complete_directories (commandline -ct | string replace -r "^(--cgroup=)?\\$" /sys/fs/cgroup/))'`;
    case "names": {
      const name = variables.nameOf(values.names);
      if (!values.kinds) return `-xa ${quote(`(__trace_list $${name})`)}`;
      const kinds = variables.addKinds(values.kinds);
      return `-xa ${quote(`(__trace_expression $${name} ${kinds})`)}`;
    }
  }
}

function optionLine(command: string, option: CompletedOption, variables: NameVariables): string {
  const { offered, description, takes, values } = option;
  const spellings = offered.map((each) =>
    each.startsWith("--") ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
  );
  const required = takes === "value" ? ` ${argumentOptions(values, variables)}` : "";
  const optional =
    takes === "optional value"
      ? ` ${argumentOptions(values, variables).replace(/^-x/, "-f ")}`
      : "";
  return `complete -c trace -n '__trace_is ${command}' ${spellings.join(" ")} -d ${quote(description)}${required}${optional.replace("-f a", "-fa")}\n`;
}

/** Returns the line for the spellings that are not offered: their values are. */
function acceptedLine(command: string, option: CompletedOption, variables: NameVariables): string {
  const { spellings, offered, values } = option;
  const others = spellings.filter((spelling) => !offered.includes(spelling));
  if (others.length === 0 || values?.kind !== "names") return "";
  const name = variables.nameOf(values.names);
  return `complete -c trace -n '__trace_accepts ${command} ${others.join(" ")}' -xa '(__trace_whole $${name})'\n`;
}

function commandLines(command: CompletedCommand, variables: NameVariables): string {
  const { name, options, operands } = command;
  const lines = options
    .filter(({ offered }) => offered.length > 0)
    .map((option) => optionLine(name, option, variables));
  const accepted = options.map((option) => acceptedLine(name, option, variables));
  const words = operands
    ? `complete -c trace -n '__trace_is ${name}' ${argumentOptions(operands, variables).replace(/^-rF/, "-F")}\n`
    : "";
  return `\n${lines.join("")}${accepted.join("")}${words}`;
}

/** Returns "COMMAND SPELLING" of all options whose value is the next word. */
function valued(command: string, options: readonly CompletedOption[]): string[] {
  return options
    .filter(({ takes }) => takes === "value")
    .flatMap(({ spellings }) => spellings.map((spelling) => quote(`${command} ${spelling}`)));
}

export function fishScript(all: Commands): string {
  const commands = completedCommands(all);
  const variables = new NameVariables();
  const names = commands.map(({ name, description }) => ({ name, about: description }));
  const lines = [
    ...PROGRAM_OPTIONS.map((option) => optionLine("-", option, variables)),
    `complete -c trace -n '__trace_is -' -xa '$${variables.nameOf(names)}'\n`,
    ...commands.map((command) => commandLines(command, variables)),
  ];
  const taking = commands.filter(({ takesCommand }) => takesCommand).map(({ name }) => name);
  const takingAfterDashes = commands
    .filter(({ takesCommandAfterDashes }) => takesCommandAfterDashes)
    .map(({ name }) => name);
  const withValues = [
    ...valued("-", PROGRAM_OPTIONS),
    ...commands.flatMap(({ name, options }) => valued(name, options)),
  ];
  return `# fish completion of trace, made by trace completions fish.

set -g __trace_taking ${taking.join(" ")}
set -g __trace_taking_after_dashes ${takingAfterDashes.join(" ")}
set -g __trace_valued ${withValues.join(" ")}
${variables.text()}${FUNCTIONS}
complete -c trace -f
complete -c trace -n __trace_is_traced -xa '(__trace_traced)'
complete -c trace -n __trace_is_at_command -xa '(__fish_complete_command)'
${lines.join("")}`;
}
