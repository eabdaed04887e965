/**
 * Makes generated/devices.ts: the constants in the arguments of ioctl(2) requests that are too many to
 * write down in the tables of src/syscalls/decode/ioctl.
 */
import type { Headers } from "./headers.ts";
import { includeLines } from "./kernel-types.ts";
import { linesOfSets } from "./netlink.ts";
import type { NetlinkSet } from "./netlink-sets.ts";

const HEADERS = [
  "linux/input.h",
  "linux/keyboard.h",
  "linux/lirc.h",
  "linux/videodev2.h",
  "linux/v4l2-controls.h",
];

/** Sets by their names: the names of their constants, and those to leave out. */
const VALUES: Readonly<Record<string, string | readonly [match: string, not: string]>> = {
  EV: ["EV_\\w+", "EV_(MAX|CNT|VERSION)"],
  KEY: [
    "(KEY|BTN)_\\w+",
    "KEY_(MAX|CNT|MIN_INTERESTING)|BTN_(MISC|MOUSE|JOYSTICK|GAMEPAD|DIGI|WHEEL|TRIGGER_HAPPY)",
  ],
  K: ["K_[A-Z0-9_a-f]+", "K_(NORMTAB|SHIFTTAB|ALTTAB|ALTSHIFTTAB)"],
  KT: "KT_\\w+",
  REL: ["REL_\\w+", "REL_(MAX|CNT)"],
  ABS: ["ABS_\\w+", "ABS_(MAX|CNT)"],
  ABS_MT: "ABS_MT_\\w+",
  MSC: ["MSC_\\w+", "MSC_(MAX|CNT)"],
  SW: ["SW_\\w+", "SW_(MAX|CNT)"],
  LED: ["LED_\\w+", "LED_(MAX|CNT)"],
  SND: ["SND_\\w+", "SND_(MAX|CNT)"],
  REP: ["REP_\\w+", "REP_(MAX|CNT)"],
  FF: ["FF_\\w+", "FF_(MAX|CNT|STATUS_.*|EFFECT_.*|WAVEFORM_.*|MAX_EFFECTS)"],
  FF_STATUS: ["FF_STATUS_\\w+", "FF_STATUS_MAX"],
  INPUT_PROP: ["INPUT_PROP_\\w+", "INPUT_PROP_(MAX|CNT)"],
  V4L2_BUF_TYPE: ["V4L2_BUF_TYPE_\\w+", "V4L2_BUF_TYPE_PRIVATE"],
  V4L2_MEMORY: ["V4L2_MEMORY_\\w+", "V4L2_MEMORY_FLAG_.*"],
  V4L2_FIELD: "V4L2_FIELD_\\w+",
  V4L2_COLORSPACE: ["V4L2_COLORSPACE_\\w+", "V4L2_COLORSPACE_(DEFAULT|LAST)"],
  V4L2_PIX_FMT: ["V4L2_(PIX|SDR|TCH|META)_FMT_\\w+", "V4L2_PIX_FMT_FLAG_.*"],
  V4L2_FRMSIZE_TYPE: "V4L2_FRMSIZE_TYPE_\\w+",
  V4L2_FRMIVAL_TYPE: "V4L2_FRMIVAL_TYPE_\\w+",
  V4L2_CTRL_TYPE: ["V4L2_CTRL_TYPE_\\w+", "V4L2_CTRL_TYPE_COMPOUND_TYPES"],
  V4L2_CTRL_CLASS: "V4L2_CTRL_CLASS_\\w+",
  V4L2_CID: [
    "V4L2_CID_\\w+",
    "V4L2_CID_(BASE|\\w+_BASE|PRIVATE_BASE|LASTP1|MAX_CTRLS|DV_\\w+_BASE|HCENTER|VCENTER|WHITENESS)",
  ],
  V4L2_TUNER: "V4L2_TUNER_(RADIO|ANALOG_TV|DIGITAL_TV|SDR|RF)",
  V4L2_TUNER_MODE: ["V4L2_TUNER_MODE_\\w+", "V4L2_TUNER_MODE_SAP"],
  V4L2_INPUT_TYPE: "V4L2_INPUT_TYPE_\\w+",
};
const BITS: typeof VALUES = {
  LIRC_CAN: ["LIRC_CAN_\\w+", "LIRC_CAN_(SEND|REC)_MASK|LIRC_CAN_SET_REC_FILTER"],
  V4L2_CAP: ["V4L2_CAP_\\w+", "V4L2_CAP_TIMEPERFRAME"],
  V4L2_FMT_FLAG: ["V4L2_FMT_FLAG_\\w+", "V4L2_FMT_FLAG_CSC_HSV_ENC"],
  V4L2_BUF_FLAG: ["V4L2_BUF_FLAG_\\w+", "V4L2_BUF_FLAG_(TIMESTAMP|TSTAMP_SRC)_\\w+"],
  V4L2_BUF_CAP: "V4L2_BUF_CAP_\\w+",
  V4L2_VBI: "V4L2_VBI_(UNSYNC|INTERLACED)",
  V4L2_SLICED: "V4L2_SLICED_\\w+",
  V4L2_CTRL_FLAG: ["V4L2_CTRL_FLAG_\\w+", "V4L2_CTRL_FLAG_NEXT_\\w+"],
  V4L2_TUNER_CAP: ["V4L2_TUNER_CAP_\\w+", "V4L2_TUNER_CAP_SAP"],
  V4L2_TUNER_SUB: ["V4L2_TUNER_SUB_\\w+", "V4L2_TUNER_SUB_SAP"],
  V4L2_STD: "V4L2_STD_\\w+",
};

/** Other constants have the prefix, too. */
const RANGES: Readonly<Record<string, NetlinkSet["range"]>> = {
  V4L2_CID: [0x980000n, 0xfffffffn],
};

const definitions = (kind: "bits" | "values", sets: typeof VALUES) =>
  Object.entries(sets).map(([name, set]): [string, NetlinkSet] => {
    const [match, not] = typeof set === "string" ? [set] : set;
    return [name, { kind, match, ...(not ? { not } : {}), range: RANGES[name] }];
  });

/** Returns the lines of the sets. @throws Error with the sets that no header has */
export function deviceSets(headers: Headers): string[] {
  const all = Object.fromEntries([...definitions("values", VALUES), ...definitions("bits", BITS)]);
  const kinds = new Map(Object.entries(all).map(([name, { kind }]) => [name, kind]));
  return linesOfSets(headers, includeLines(headers, "x64", HEADERS), kinds, all);
}
