/** Terminals: termios(3), ioctl_tty(2). */
import {
  array,
  enumValue,
  flags,
  integer,
  NamedValue,
  parts,
  pointer,
  struct,
  type Value,
  withNumber,
} from "../../value.ts";
import { constantName, constants } from "../named-constants.ts";
import type { Special } from "./request.ts";

/** Output delays, which strace shows before the bits: termios(3). */
const DELAYS = [
  ["NL", 0o400, 8],
  ["CR", 0o3000, 9],
  ["TAB", 0o14000, 11],
  ["BS", 0o20000, 13],
  ["VT", 0o40000, 14],
  ["FF", 0o100000, 15],
] as const;
const ALL_DELAYS = 0o177400;
const CBAUD = 0x100f;
/** The input's speed is above the output's: IBSHIFT. */
const IBSHIFT = 16;
const CSIZE = 0x30;

const LINE_DISCIPLINES =
  "TTY SLIP MOUSE PPP STRIP AX25 X25 6PACK MASC R3964 PROFIBUS_FDL IRDA SMSBLOCK HDLC SYNC_PPP HCI GIGASET_M101 SLCAN PPS V253 CAIF GSM0710 TI_WL TRACESINK TRACEROUTER NCI SPEAKUP NULL MCTP DEVELOPMENT CAN327"
    .split(" ")
    .map((name, number) => [`N_${name}`, number] as const);
/** Names of the control characters, by their numbers. */
const CHARACTERS =
  "VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSWTC VSTART VSTOP VSUSP VEOL VREPRINT VDISCARD VWERASE VLNEXT VEOL2".split(
    " ",
  );

function outputFlags(value: number): Value {
  const delays = DELAYS.map(([name, mask, shift]) => {
    const number = (value & mask) >> shift;
    return name === "TAB" && number === 3 ? "XTABS" : `${name}${number}`;
  });
  const bits = flags((value & ~ALL_DELAYS) >>> 0, constants("c_oflag"));
  return new NamedValue(value, [...delays, ...bits.names], bits.rest);
}

function controlFlags(value: number): Value {
  const baud = constantName("baud", value & CBAUD);
  const input = constantName("baud", (value >>> IBSHIFT) & CBAUD);
  const isInput = ((value >>> IBSHIFT) & CBAUD) !== 0;
  const size = constantName("c_csize", value & CSIZE);
  const taken = CBAUD | CSIZE | (CBAUD << IBSHIFT);
  const others = flags((value & ~taken) >>> 0, constants("c_cflag"));
  const names = [baud, ...(isInput ? [`${input}<<IBSHIFT`] : []), size, ...others.names];
  const rest = BigInt(others.rest) === 0n ? [] : [`0x${BigInt(others.rest).toString(16)}`];
  return withNumber(value, parts(...names.filter(Boolean), ...rest));
}

function characters(view: DataView, at: number, count: number): Value {
  const items = Array.from({ length: count }, (_, i) => {
    const value = view.getUint8(at + i);
    return integer(value, "hex");
  });
  return { ...array(items), indexes: CHARACTERS };
}

/** Where the fields of struct termio, termios and termios2 are: asm-generic/termbits.h. */
interface Layout {
  readonly size: number;
  /** Of one flags field, in bytes. */
  readonly flagSize: 2 | 4;
  readonly characters: number;
  /** Of c_ispeed; 0 if there is none. */
  readonly speed: number;
}
const TERMIO: Layout = { size: 18, flagSize: 2, characters: 8, speed: 0 };
const TERMIOS: Layout = { size: 36, flagSize: 4, characters: 19, speed: 0 };
const TERMIOS2: Layout = { size: 44, flagSize: 4, characters: 19, speed: 36 };

function termios(layout: Layout): Special["decode"] {
  return ({ call }, at) => {
    const found = at === 0n ? null : call.memory.read(Number(at), layout.size);
    if (!found) return pointer(at);
    const { view } = found;
    const { flagSize } = layout;
    const [iflag, oflag, cflag, lflag] = [0, 1, 2, 3].map((i) =>
      flagSize === 4 ? view.getUint32(i * 4, true) : view.getUint16(i * 2, true),
    );
    const fields = [
      ["c_iflag", flags(iflag, constants("c_iflag"))],
      ["c_oflag", outputFlags(oflag)],
      ["c_cflag", controlFlags(cflag)],
      ["c_lflag", flags(lflag, constants("c_lflag"))],
    ] as const;
    if (call.abbreviated) return struct(fields, true);
    const line = flagSize * 4;
    const speeds = layout.speed
      ? ([
          ["c_ispeed", integer(view.getUint32(layout.speed, true))],
          ["c_ospeed", integer(view.getUint32(layout.speed + 4, true))],
        ] as const)
      : [];
    return struct([
      ...fields,
      ["c_line", enumValue(view.getUint8(line), LINE_DISCIPLINES, "N_???")],
      ["c_cc", characters(view, line + 1, layout.characters)],
      ...speeds,
    ]);
  };
}

const winsize: Special["decode"] = ({ call }, at) => {
  const found = at === 0n ? null : call.memory.read(Number(at), 8);
  if (!found) return pointer(at);
  const [rows, columns, x, y] = [0, 2, 4, 6].map((offset) => found.view.getUint16(offset, true));
  return struct([
    ["ws_row", integer(rows)],
    ["ws_col", integer(columns)],
    ["ws_xpixel", integer(x)],
    ["ws_ypixel", integer(y)],
  ]);
};

/** The requests of a struct: which read it, and which write it. */
function requests(decode: Special["decode"], input: string, output: string) {
  const entries = (names: string, access: Special["access"]) =>
    names.split(" ").map((name) => [name, { access, decode }] as const);
  return Object.fromEntries([...entries(input, "in"), ...entries(output, "out")]);
}

export const TERMINAL_REQUESTS: Readonly<Record<string, Special>> = {
  ...requests(termios(TERMIO), "TCSETA TCSETAW TCSETAF", "TCGETA"),
  ...requests(termios(TERMIOS), "TCSETS TCSETSW TCSETSF TIOCSLCKTRMIOS", "TCGETS TIOCGLCKTRMIOS"),
  ...requests(termios(TERMIOS2), "TCSETS2 TCSETSW2 TCSETSF2", "TCGETS2"),
  ...requests(winsize, "TIOCSWINSZ", "TIOCGWINSZ"),
};
