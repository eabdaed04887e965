/** The completions of zsh(1): zshcompsys(1). */
import type { Commands } from "../command.ts";
import type { NamedValue, Values } from "../options/values.ts";
import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  PROGRAM_OPTIONS,
  quote,
} from "./table.ts";

const FUNCTIONS = String.raw`
_trace_one() { # NAME:DESCRIPTION…
  local -a names=("$@")
  _describe -t values value names
}

# Several names, separated by commas.
_trace_list() { # NAME:DESCRIPTION…
  local -a names=("$@")
  compset -P '*,'
  compset -S ',*'
  _describe -t values value names -q -S ,
}

# The command line of another command, perhaps behind a --.
_trace_traced() {
  if [[ $words[1] == -- ]]; then
    shift words
    ((CURRENT--))
  fi
  _normal
}

# The command line of another command behind a --, otherwise files.
_trace_files_or_traced() {
  if [[ -n $dashed ]]; then
    _trace_traced
  else
    _files
  fi
}

_trace_processes() {
  compset -P '*,'
  _pids
}

_trace_process-names() {
  compset -P '*,'
  local -a names=(\${(fu)"$(cat /proc/<->/comm(N) 2>/dev/null)"})
  compadd -a names
}

_trace_users() {
  compset -P '*,'
  _users
}

_trace_cgroups() {
  [[ -n $PREFIX ]] || PREFIX=/sys/fs/cgroup/
  _files -/
}
`.replaceAll("\\${", "${");

const escapeColons = (text: string) => text.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
const escapeBrackets = (text: string) => text.replace(/[\\[\]]/g, "\\$&");

function nameWords(names: readonly NamedValue[]): string {
  return names
    .map(({ name, about }) =>
      quote(`${escapeColons(name)}${about ? `:${escapeColons(about)}` : ""}`),
    )
    .join(" ");
}

/** The functions that list values, by their bodies. */
class ValueFunctions {
  private readonly names = new Map<string, string>();

  /** Returns the action of _arguments. */
  action(values: Values | null): string {
    if (values === null) return " ";
    if (values.kind === "files") return values.list ? "_sequence _files" : "_files";
    if (values.kind !== "names") return `_trace_${values.kind}`;
    const list = values.list ? "_trace_list" : "_trace_one";
    const names = `${list} ${nameWords(values.names)}`;
    if (!values.kinds) return this.nameOf(`  ${names}\n`);
    const cases = Object.entries(values.kinds).map(
      ([kind, members]) =>
        `  ${kind}=*) compset -P ${quote(`${kind}=`)} && _trace_list ${nameWords(members)} ;;\n`,
    );
    const kinds = `compadd -S = -- ${Object.keys(values.kinds).join(" ")}`;
    return this.nameOf(
      `  case $PREFIX in\n${cases.join("")}  *)\n    ${kinds}\n    ${names}\n    ;;\n  esac\n`,
    );
  }

  private nameOf(body: string): string {
    const name = this.names.get(body) ?? `_trace_values_${this.names.size + 1}`;
    this.names.set(body, name);
    return name;
  }

  text(): string {
    return [...this.names].map(([body, name]) => `${name}() {\n${body}}\n`).join("\n");
  }
}

/** Returns the specifications of an option for _arguments. */
function optionSpecs(option: CompletedOption, functions: ValueFunctions): string[] {
  const { spellings, description, takes, hint, values } = option;
  const isRepeatable = values?.list === true;
  const action = takes === "nothing" ? "" : `:${escapeColons(hint)}:${functions.action(values)}`;
  return spellings.map((spelling) => {
    const accepted = option.offered.includes(spelling) ? "" : "!";
    const isLong = spelling.startsWith("--");
    const before = `${accepted}${isRepeatable ? "*" : `(${spellings.join(" ")})`}`;
    if (takes === "optional value" && !isLong)
      return quote(`${accepted}*${spelling}[${escapeBrackets(description)}]`);
    const mark = takes === "nothing" ? "" : isLong ? (takes === "value" ? "=" : "=-") : "+";
    const colon = takes === "optional value" ? ":" : "";
    return quote(`${before}${spelling}${mark}[${escapeBrackets(description)}]${colon}${action}`);
  });
}

function commandFunction(command: CompletedCommand, functions: ValueFunctions): string {
  const { name, options, takesCommand, operands } = command;
  const words = takesCommand
    ? [quote("(-)1: :_command_names -e"), quote("*:: :_trace_traced")]
    : command.takesCommandAfterDashes
      ? [quote("*:: :_trace_files_or_traced")]
      : operands
        ? [quote(`*: :${functions.action(operands)}`)]
        : [];
  const specs = [...options.flatMap((option) => optionSpecs(option, functions)), ...words];
  const stops = command.takesCommandAfterDashes ? " -A '-*'" : "";
  const dashed = "  local dashed=\n  ((words[(i)--] < CURRENT)) && dashed=1\n";
  return `_trace_${name}() {\n${command.takesCommandAfterDashes && !takesCommand ? dashed : ""}  _arguments -s -S${stops} : \\\n    ${specs.join(" \\\n    ")}\n}\n`;
}

export function zshScript(all: Commands): string {
  const commands = completedCommands(all);
  const functions = new ValueFunctions();
  const bodies = commands.map((command) => commandFunction(command, functions));
  const program = PROGRAM_OPTIONS.flatMap((option) => optionSpecs(option, functions));
  const names = commands.map(({ name, description }) => ({ name, about: description }));
  return `#compdef trace
# zsh completion of trace, made by trace completions zsh.
${FUNCTIONS}
${functions.text()}
${bodies.join("\n")}
_trace() {
  local curcontext="$curcontext" state line ret=1
  _arguments -C -S -A '-*' : \\
    ${program.join(" \\\n    ")} \\
    '(-)1: :->command' '*:: :->words' && ret=0
  case $state in
  command) _trace_one ${nameWords(names)} && ret=0 ;;
  words)
    if (($+functions[_trace_$words[1]])); then
      curcontext="\${curcontext%:*:*}:trace-$words[1]:"
      _trace_$words[1] && ret=0
    fi
    ;;
  esac
  return ret
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _trace "$@"
else
  compdef _trace trace
fi
`;
}
