/** The completions of bash(1), with bash-completion or without it. */
import type { Commands } from "../command.ts";
import type { Values } from "../options/values.ts";
import {
  type CompletedCommand,
  type CompletedOption,
  completedCommands,
  PROGRAM_OPTIONS,
  quote,
} from "./table.ts";

const FUNCTIONS = String.raw`
# Sets COMPREPLY to the candidates that begin as the text does, in any case, with a prefix.
_trace_match() { # PREFIX TEXT CANDIDATE…
  local prefix=$1 text=$2 candidate
  shift 2
  for candidate; do
    [[ \${candidate,,} != "\${text,,}"* ]] || COMPREPLY+=("$prefix$candidate")
  done
}

# Completes the value of an option or another word.
_trace_complete() { # PREFIX TEXT; kind, list, names and kinds say what it is
  local prefix=$1 text=$2 lines known=$names
  if [[ $kinds && $text == *=* && $kinds == *" \${text%%=*} "* ]]; then
    prefix+=\${text%%=*}=
    _trace_kind "\${text%%=*}" && known=$names
    text=\${text#*=}
  fi
  if [[ $list ]]; then
    compopt -o nospace
    if [[ $text == *,* ]]; then
      prefix+=\${text%,*},
      text=\${text##*,}
    fi
  fi
  case $kind in
  names)
    _trace_match "$prefix" "$text" $known
    if [[ $kinds && $prefix == '' ]]; then
      compopt -o nospace
      local each
      for each in $kinds; do _trace_match '' "$text" "$each="; done
    fi
    ;;
  files)
    compopt -o filenames
    mapfile -t lines < <(compgen -f -- "$text")
    COMPREPLY+=("\${lines[@]/#/$prefix}")
    ;;
  cgroups)
    compopt -o filenames -o nospace
    mapfile -t lines < <(compgen -d -- "\${text:-/sys/fs/cgroup/}")
    COMPREPLY+=("\${lines[@]/#/$prefix}")
    ;;
  processes) _trace_match "$prefix" "$text" $(cd /proc && printf '%s\n' [0-9]*) ;;
  process-names)
    mapfile -t lines < <(cat /proc/[0-9]*/comm 2>/dev/null | sort -u)
    _trace_match "$prefix" "$text" "\${lines[@]}"
    ;;
  users) _trace_match "$prefix" "$text" $(compgen -u) ;;
  esac
}

# Completes the command line of another command, which begins at a word of COMP_WORDS.
_trace_traced() { # INDEX
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif (($1 == COMP_CWORD)) && [[ \${COMP_WORDS[COMP_CWORD]} != */* ]]; then
    mapfile -t COMPREPLY < <(compgen -c -- "\${COMP_WORDS[COMP_CWORD]}" | sort -u)
  else
    compopt -o default
  fi
}

# Reads the letters of a word such as -fo: sets "valued" to the option that takes a value, and "rest"
# to what follows it.
_trace_letters() { # COMMAND WORD
  local at
  valued= rest=
  for ((at = 1; at < \${#2}; at++)); do
    if _trace_option "$1" "-\${2:at:1}" && [[ ! $optional ]]; then
      valued=-\${2:at:1} rest=\${2:at+1}
      return
    fi
  done
}

_trace() {
  local words=() indices=() line=$COMP_LINE word i cur cword
  # COMP_WORDS is split at = and :, too.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((i > 0)) && [[ $line != [[:blank:]]* && $line ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word") indices+=("$i")
      line=\${line#"\${line%%[![:blank:]]*}"}
    fi
    line=\${line#"$word"}
  done
  cword=$((\${#words[@]} - 1)) cur=\${words[cword]}
  COMPREPLY=()
  _trace_line
  # What readline completes begins after the last of them.
  local breaks=
  [[ $COMP_WORDBREAKS != *=* ]] || breaks+==
  [[ $COMP_WORDBREAKS != *:* ]] || breaks+=:
  if [[ $breaks && $cur == *["$breaks"]* && $traced == '' ]]; then
    word=\${cur%"\${cur##*["$breaks"]}"}
    COMPREPLY=("\${COMPREPLY[@]#"$word"}")
  fi
}

_trace_line() {
  local command=- kind list names kinds optional valued rest pending= dashes=
  traced=
  for ((i = 1; i < cword; i++)); do
    word=\${words[i]}
    case $word in
    --)
      dashes=1
      ((i++))
      break
      ;;
    --*=*) ;;
    --*) ! _trace_option "$command" "$word" || [[ $optional ]] || { pending=$word && ((i++)); } ;;
    -?*)
      _trace_letters "$command" "$word"
      [[ ! $valued || $rest ]] || { pending=$valued && ((i++)); }
      ;;
    *)
      [[ $command != - ]] || { command=$word && continue; }
      ! _trace_takes_command "$command" || break
      ;;
    esac
    ((i < cword)) || break
    pending=
  done
  if [[ $pending ]]; then
    _trace_option "$command" "$pending"
    _trace_complete '' "$cur"
  elif [[ $command != - && ($i -lt $cword || \${words[i-1]} == -- || $cur != -*) ]] &&
    _trace_takes_command "$command" $dashes; then
    traced=1
    _trace_traced "\${indices[i]}"
  elif [[ $cur == --*=* ]]; then
    ! _trace_option "$command" "\${cur%%=*}" || _trace_complete "\${cur%%=*}=" "\${cur#*=}"
  elif [[ $cur == -* && \${words[i-1]} != -- ]]; then
    rest=
    [[ $cur == --* ]] || _trace_letters "$command" "$cur"
    if [[ $rest ]]; then
      _trace_option "$command" "$valued"
      _trace_complete "\${cur%"$rest"}" "$rest"
    else
      _trace_match '' "$cur" $(_trace_options "$command")
    fi
  else
    _trace_words "$command"
    _trace_complete '' "$cur"
  fi
}

complete -F _trace trace
`.replaceAll("\\${", "${");

/** Returns assignments that say what values are. */
function assignments(values: Values | null, optional: boolean): string {
  const parts = [`kind=${values?.kind ?? ""}`];
  if (values?.list) parts.push("list=1");
  if (optional) parts.push("optional=1");
  if (values?.kind === "names") {
    parts.push(`names=${quote(values.names.map(({ name }) => name).join(" "))}`);
    if (values.kinds) parts.push(`kinds=${quote(` ${Object.keys(values.kinds).join(" ")} `)}`);
  }
  return parts.join(" ");
}

/** Returns lines of `case`, one for each body. */
function caseLines(cases: readonly (readonly [pattern: string, body: string])[]): string {
  const byBody = new Map<string, string[]>();
  for (const [pattern, body] of cases)
    byBody.set(body, [...(byBody.get(body) ?? []), quote(pattern)]);
  return [...byBody].map(([body, patterns]) => `  ${patterns.join(" | ")}) ${body} ;;\n`).join("");
}

/** Returns the pairs of a command and a spelling that take a value. */
function optionCases(command: string, options: readonly CompletedOption[]) {
  return options
    .filter(({ takes }) => takes !== "nothing")
    .flatMap(({ spellings, values, takes }) =>
      spellings.map(
        (spelling) => [`${command} ${spelling}`, assignments(values, takes !== "value")] as const,
      ),
    );
}

function kindCases({ options }: CompletedCommand) {
  return options.flatMap(({ values }) =>
    values?.kind === "names" && values.kinds
      ? Object.entries(values.kinds).map(
          ([kind, names]) =>
            [kind, `names=${quote(names.map(({ name }) => name).join(" "))}`] as const,
        )
      : [],
  );
}

const offered = (options: readonly CompletedOption[]) =>
  options.flatMap((option) => option.offered).join(" ");

export function bashScript(all: Commands): string {
  const commands = completedCommands(all);
  const names = { kind: "names", names: commands } as const;
  const cases = [
    ...optionCases("-", PROGRAM_OPTIONS),
    ...commands.flatMap(({ name, options }) => optionCases(name, options)),
  ];
  const taking = commands.filter(({ takesCommand }) => takesCommand).map(({ name }) => name);
  const takingAfterDashes = commands
    .filter(
      ({ name, takesCommandAfterDashes }) => takesCommandAfterDashes && !taking.includes(name),
    )
    .map(({ name }) => name);
  return `# bash completion of trace, made by trace completions bash.

# Says what the value of an option is. Fails if it takes none.
_trace_option() { # COMMAND SPELLING
  kind= list= names= kinds= optional=
  case "$1 $2" in
${caseLines(cases)}  *) return 1 ;;
  esac
}

# Says what the words of a command are that are not options.
_trace_words() { # COMMAND
  kind= list= names= kinds= optional=
  case $1 in
${caseLines([
  ["-", assignments(names, false)],
  ...commands.map(({ name, operands }) => [name, assignments(operands, false)] as const),
])}  esac
}

# Sets the names of values that begin with KIND=.
_trace_kind() { # KIND
  case $1 in
${caseLines(commands.flatMap(kindCases))}  *) return 1 ;;
  esac
}

_trace_options() { # COMMAND
  case $1 in
${caseLines([
  ["-", `echo ${quote(offered(PROGRAM_OPTIONS))}`],
  ...commands.map(({ name, options }) => [name, `echo ${quote(offered(options))}`] as const),
])}  esac
}

# Whether the words of a command are the traced command line, perhaps only behind a --.
_trace_takes_command() { # COMMAND [--]
  case $1 in
  ${taking.join(" | ")}) ;;
  ${takingAfterDashes.join(" | ")}) [[ $2 ]] ;;
  *) return 1 ;;
  esac
}
${FUNCTIONS}`;
}
