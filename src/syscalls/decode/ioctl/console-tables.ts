/** Requests of the console and its keyboard: linux/kd.h, linux/keyboard.h. */
export const CONSOLE_TABLES = `
|LED_ SCR NUM CAP
|console_leds/LED_ SCR NUM CAP SCR<<4=0x10 NUM<<4 CAP<<4
=KD_ TEXT GRAPHICS TEXT0 TEXT1
=KB_ 84=1 101 OTHER
=keyboard_mode/K_ RAW XLATE MEDIUMRAW UNICODE OFF
=keyboard_meta/K_ METABIT=3 ESCPREFIX
=keyboard_table/K_ NORMTAB SHIFTTAB ALTTAB ALTSHIFTTAB
|keyboard_shift/1<<KG_ SHIFT ALTGR CTRL ALT SHIFTL SHIFTR CTRLL CTRLR
=KD_FONT_OP_ SET GET SET_DEFAULT COPY SET_TALL GET_TALL
|KD_FONT_FLAG_ DONT_RECALC OLD=0x80000000
KDENABIO KDDISABIO KDMAPDISP KDUNMAPDISP PIO_FONTRESET: none
KDSETMODE: enum32:KD_
KDGETMODE: > enum32:KD_
KDGETLED: > bits8:LED_
KDSETLED: bits8:LED_
KDGKBLED: > bits8:console_leds
KDSKBLED: bits8:console_leds
KDGKBTYPE: > enum8:KB_
KDGKBMODE: > num32:keyboard_mode
KDSKBMODE: num32:keyboard_mode
KDGKBMETA: > enum32:keyboard_meta
KDSKBMETA: enum32:keyboard_meta
kbkeycode_get = x32 scancode ^x32 keycode
kbkeycode_set = x32 scancode keycode
kbd_repeat = i32 delay period
unimapinit = u16 advised_hashsize advised_hashstep advised_hashlevel
kbdiacr = x8 diacr base result
kbdiacruc = x32 diacr base result
KDGETKEYCODE: <> kbkeycode_get
KDSETKEYCODE: < kbkeycode_set
KDKBDREP: <-> kbd_repeat
PIO_UNIMAPCLR: < unimapinit
console_font_set = enum32:KD_FONT_OP_ op bits32:KD_FONT_FLAG_ flags u32 width height charcount
  -ptr data
console_font_get = enum32:KD_FONT_OP_ op bits32:KD_FONT_FLAG_ flags u32 width height charcount
  ptr data
console_font_written = -enum32:KD_FONT_OP_ op -bits32:KD_FONT_FLAG_ flags u32 width height charcount
  ptr data
console_font_default = enum32:KD_FONT_OP_ op -x32 flags u32 width height -u32 charcount -ptr data
console_font_found = -x32 op flags u32 width height -u32 charcount -ptr data
console_font_copy = enum32:KD_FONT_OP_ op -x32 flags width u32 height -u32 charcount -ptr data
consolefontdesc = u16 charcount charheight ptr chardata
`;
