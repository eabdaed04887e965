/** The text of help about -e of `trace syscalls`. */
import { CLASS_NAMES } from "../../filters/trace-expression.ts";

export const EXPRESSIONS_HELP = `-e of trace syscalls takes the expressions of strace. It is repeatable; of one kind the last applies. Each kind is also a long option: --status=failed.
  openat,read        these calls; a number, /a regular expression, name@32, ?name
  %file              a class: ${CLASS_NAMES.map((name) => `%${name}`).join(" ")}
  !SET               all calls but these
  trace=SET          the same as SET
  status=            successful, failed, unfinished, unavailable, detached
  signal=SET         signals
  quiet=             attach, exit, path-resolution, personality, thread-execve
  abbrev=SET, verbose=SET, raw=SET  calls whose structs are short; are read at all; whose arguments are numbers
  read=FDS, write=FDS  dump the data of these fds
  decode-fds=        path, socket, dev, pidfd
  decode-pids=       comm, pidns
  inject=SET:ACTION  error=ENOENT retval=N signal=USR1 syscall=getpid delay_enter=20ms delay_exit=1s poke_enter=@arg1=HEX poke_exit=@arg1=HEX when=FIRST[..LAST][+[STEP]]
  fault=SET          the same as inject=SET:error=ENOSYS
  mode=warning, mode=danger  only calls of that severity; trace help rules
  A;B                several expressions
`;
