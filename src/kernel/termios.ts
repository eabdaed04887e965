/** Terminals: ioctl_tty(2), termios(3); include/uapi/asm-generic/ioctls.h, termbits.h. */

export const TCGETS = 0x5401;
export const TIOCGPGRP = 0x540f;
export const TIOCGWINSZ = 0x5413;

/** The kernel's struct termios. */
export const TERMIOS_SIZE = 36;
export const TERMIOS = { c_lflag: 12 } as const;
/** Bits of c_lflag: line-by-line input, and echo. */
export const ICANON = 0o2;
export const ECHO = 0o10;

/** struct winsize. */
export const WINSIZE_SIZE = 8;
export const WINSIZE = { ws_row: 0, ws_col: 2 } as const;
