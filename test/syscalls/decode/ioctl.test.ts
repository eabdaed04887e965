import { expect, test } from "bun:test";
import { setOf } from "../../../src/syscalls/decode/ioctl/fields.ts";
import { schema } from "../../../src/syscalls/decode/ioctl/index.ts";
import { parseSchema, parseType } from "../../../src/syscalls/decode/ioctl/schema.ts";
import { constants } from "../../../src/syscalls/decode/named-constants.ts";
import { argumentText, BASE, decodeCall } from "./fixed-memory.ts";

const number = (name: string) => constants("ioctl").find(([each]) => each === name)![1];
const text = (name: string, memory: Uint8Array, result = 0) =>
  argumentText({ name: "ioctl", args: [3, number(name), BASE], memory, result }, 2);
const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);

test("the tables name requests that exist", () => {
  const names = new Set(constants("ioctl").map(([name]) => name));
  // It has the number of TIOCOUTQ.
  const expected = ["SIOCOUTQ"];
  expect([...schema().requests.keys()].filter((name) => !names.has(name))).toEqual(expected);
});

test("every set that the tables mention exists", () => {
  for (const [name, { fields }] of schema().structs)
    for (const { type } of fields)
      if (type.kind === "struct")
        expect([name, schema().structs.has(type.name)]).toEqual([name, true]);
      else if (type.name && type.kind !== "array")
        expect(() => setOf(schema(), type.name).names.length).not.toThrow();
});

test("a type has a kind, a size and a length", () => {
  expect(parseType("x64")).toMatchObject({ kind: "hex", size: 8, count: null });
  expect(parseType("bits32:LO_FLAGS_")).toMatchObject({ kind: "bits", name: "LO_FLAGS_" });
  expect(parseType("@s[25/n*2+1]")).toMatchObject({
    ...{ kind: "struct", name: "s", count: 25 },
    valid: { field: "n", factor: 2, added: 1 },
  });
  expect(parseType("u24")).toBeNull();
});

test("fields of a struct are aligned as in C", () => {
  const { structs } = parseSchema("s = u8 a u64 b u16[3] c u32 d");
  const { size, fields } = structs.get("s")!;
  expect([size, ...fields.map(({ offset }) => offset)]).toEqual([32, 0, 8, 16, 24]);
});

test("a line that is no set, struct or request is an error", () => {
  expect(() => parseSchema("nonsense here")).toThrow("nonsense");
});

test("a request without an argument shows none", () => {
  const args = [3, number("FIFREEZE"), BASE];
  expect(decodeCall({ name: "ioctl", args })).toHaveLength(2);
});

test("the argument of an unknown request is a number", () => {
  expect(argumentText({ name: "ioctl", args: [3, 0x12345678, 0] }, 2)).toBe("0");
});

test("what the kernel writes is shown if the call succeeded", () => {
  expect(text("RNDGETENTCNT", words(256))).toBe("[256]");
  expect(text("RNDGETENTCNT", words(256), -9)).toBe("0x10000");
});

test("what the kernel reads is shown if the call failed, too", () => {
  expect(text("TIOCMSET", words(6), -9)).toBe("[TIOCM_DTR|TIOCM_RTS]");
});

test("memory that is too short for a struct is a pointer", () => {
  expect(text("FITRIM", words(0, 0, 4))).toBe("0x10000");
  expect(text("FITRIM", words(16, 0, 4, 0, 8, 0))).toBe("{start=0x10, len=4, minlen=8}");
});

test("fields of an array end where another field says", () => {
  const memory = new Uint8Array(364);
  memory.set(words(7, 8, 9));
  memory.set(words(2), 356);
  expect(text("GPIO_GET_LINEHANDLE_IOCTL", memory, -9)).toBe(
    '{lines=2, lineoffsets=[7, 8], flags=0, default_values=[0, 0], consumer_label=""}',
  );
});

test("a union is shown by the flag that chooses its member", () => {
  const memory = words(1, 0, 2, 0, 3, 0, 4, 0, 9, 4, 0, 0, 0, 0);
  expect(text("PTP_PEROUT_REQUEST", memory)).toBe(
    "{phase={sec=1, nsec=2}, period={sec=3, nsec=4}, index=9, flags=PTP_PEROUT_PHASE}",
  );
});

test("speeds of a terminal are the output's and the input's", () => {
  const memory = new Uint8Array(44);
  memory.set(words(0, 0, 0x1000_0000 + 13 + 0x30, 0));
  expect(text("TCSETS2", memory)).toContain("c_cflag=B9600|");
});

/** Returns the text of the request itself. */
const requestText = (request: number) => argumentText({ name: "ioctl", args: [3, request, 0] }, 1);
const ADDRESS = Number(BASE);
const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test("every struct has the size that its request contains", () => {
  const { requests, structs } = schema();
  // The old numbers of these requests contain the size of something else.
  const exceptional =
    /^(TIOC|TC|FIO|SIOC|BLK|LOOP|HDIO|SG_|KD|[GP]IO_|NBD|RND|FS_IOC32?_|UBI_IOC(ATT|EBCH))/;
  const differing = [...requests].flatMap(([name, { type, access }]) => {
    const isOther = type?.kind !== "struct" || access === "value" || exceptional.test(name);
    const size = isOther ? 0 : structs.get(type.name)!.size;
    const declared = () => ((number(name) >>> 16) & 0x3fff) / (type?.count ?? 1);
    return isOther || size === declared() ? [] : [name];
  });
  expect(differing).toEqual([]);
});

test("a number that several headers define shows all its names", () => {
  expect(requestText(number("TCSETS"))).toBe("SNDCTL_TMR_START or TCSETS");
});

test("the number of a request contains an axis, an event type or a size", () => {
  expect(requestText(0x80184540)).toBe("EVIOCGABS(ABS_X)");
  expect(requestText(0x401845fd)).toBe("EVIOCSABS(ABS_MT_TOOL_Y)");
  expect(requestText(0x800c450a)).toBe("EVIOCGMTSLOTS(12)");
  expect(requestText(0x80054525)).toBe("EVIOCGBIT(EV_SW, 5)");
  expect(requestText(0x800e453f)).toBe("EVIOCGBIT(0x1f /* EV_??? */, 14)");
  expect(requestText(0xc0ff45fe)).toBe("_IOC(_IOC_READ|_IOC_WRITE, 0x45, 0xfe, 0xff)");
});

test("a bit map of an input device is shown as far as the kernel wrote it", () => {
  const memory = words((1 << 3) | (1 << 4) | (1 << 17), 0xffffffff);
  const call = { name: "ioctl", args: [3, 0x80084520, BASE], memory };
  expect(argumentText({ ...call, result: 8 }, 2)).toBe("[EV_ABS EV_MSC EV_LED]");
  expect(argumentText({ ...call, result: 2 }, 2)).toBe("[EV_ABS EV_MSC]");
  expect(argumentText({ ...call, result: 0 }, 2)).toBe("0x10000");
});

test("a member of a union is selected by a field, with its type and name", () => {
  const effect = (type: number) => {
    const memory = new Uint8Array(48);
    memory.set(words(type | (7 << 16)));
    return argumentText(
      { name: "ioctl", args: [3, number("EVIOCSFF"), BASE], memory, verbose: true },
      2,
    );
  };
  expect(effect(0x50)).toContain("rumble={strong_magnitude=0, weak_magnitude=0}");
  expect(effect(0x57)).toContain("ramp={start_level=0, end_level=0, envelope=");
  expect(effect(0x99)).toEndWith("replay={length=0, delay=0}}");
});

test("a field that the kernel replaces is shown before and after the call", () => {
  const { structs } = parseSchema("s = u32 a ^u32 b");
  expect(structs.get("s")!.fields.map(({ shown }) => shown)).toEqual([
    "always",
    "before-and-after",
  ]);
  expect(text("KDGETKEYCODE", words(1, 2))).toBe("{scancode=0x1, keycode=0x2 => 0x2}");
  expect(text("KDGETKEYCODE", words(1, 2), -9)).toBe("{scancode=0x1, keycode=0x2}");
});

test("a packed struct has no padding, and a field may be called like a type", () => {
  const { structs } = parseSchema("s = packed u8 a u64 b\nt = u32 length ptr ptr");
  expect(structs.get("s")).toMatchObject({ size: 9, align: 1 });
  expect(structs.get("t")!.fields.map(({ name, offset }) => [name, offset])).toEqual([
    ["length", 0],
    ["ptr", 8],
  ]);
});

test("a string of a given length has its NUL after it", () => {
  const volume = (length: number) => {
    const memory = new Uint8Array(152);
    memory.set(words(1, 1, 0, 0, 3 | (length << 16)));
    memory.set(bytes("abc"), 24);
    return text("UBI_IOCMKVOL", memory, -9);
  };
  expect(volume(3)).toEndWith('name_len=3, name="abc"}');
  expect(volume(2)).toEndWith('name_len=2, name="ab"...}');
  expect(volume(-1)).toEndWith('name_len=-1, name=""...}');
});

test("an interface has a name and what the request asks for", () => {
  const memory = new Uint8Array(40);
  memory.set(bytes("eth0"));
  memory.set(words(1500), 16);
  expect(text("SIOCGIFMTU", memory)).toBe('{ifr_name="eth0", ifr_mtu=1500}');
  expect(text("SIOCGIFMTU", memory, -19)).toBe('{ifr_name="eth0"}');
  memory.set([2, 0, 0, 80, 127, 0, 0, 1], 16);
  expect(text("SIOCSIFADDR", memory)).toBe(
    '{ifr_name="eth0", ifr_addr={sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}}',
  );
  memory.set([1, 0, 0x52, 0x54, 0, 1, 2, 0xfe], 16);
  expect(text("SIOCGIFHWADDR", memory)).toBe(
    '{ifr_name="eth0", ifr_hwaddr={sa_family=ARPHRD_ETHER, sa_data=52:54:00:01:02:fe}}',
  );
});

test("a list of interfaces shows how many fit, and how many there are", () => {
  const memory = new Uint8Array(56);
  memory.set(words(40, 0, ADDRESS + 16, 0));
  memory.set(bytes("lo"), 16);
  memory.set([2, 0, 0, 0, 127, 0, 0, 1], 32);
  expect(text("SIOCGIFCONF", memory)).toContain(
    '{ifc_len=40 /* 1 * sizeof(struct ifreq) */, ifc_buf=[{ifr_name="lo", ifr_addr=',
  );
});

test("a seccomp notification names the call and its architecture", () => {
  const memory = new Uint8Array(80);
  memory.set(words(9, 0, 1234, 0, 186, 0xc000003e));
  const value = text("SECCOMP_IOCTL_NOTIF_RECV", memory);
  expect(value).toContain(
    "id=0x9, pid=1234, flags=0, data={nr=__NR_gettid, arch=AUDIT_ARCH_X86_64",
  );
  expect(text("SECCOMP_IOCTL_NOTIF_RECV", new Uint8Array(80), -4)).toBe("0x10000");
  expect(text("SECCOMP_IOCTL_NOTIF_SEND", words(9, 0, 0, 0, -63, 1))).toBe(
    "{id=0x9, val=0, error=-ENOSR, flags=SECCOMP_USER_NOTIF_FLAG_CONTINUE}",
  );
});

test("a SCSI command shows its data and what the device answered, also if the call failed", () => {
  const memory = new Uint8Array(96);
  memory.set(words(0x53, -3, 2, 3, ADDRESS + 92, 0, ADDRESS + 88, 0));
  memory.set(words(1), 72);
  memory.set([0x12, 0x34, 0, 0, 1, 2, 3, 4], 88);
  const value = text("SG_IO", memory, -5);
  expect(value).toStartWith(
    "{interface_id='S', dxfer_direction=SG_DXFER_FROM_DEV, cmd_len=2, cmdp=\"\\x12\\x34\", ",
  );
  expect(value).toContain('flags=0, dxferp="\\x01\\x02", status=0,');
  expect(text("SG_IO", words(7))).toBe("[7]");
});

test("a tone has a pitch and a duration", () => {
  const tone = (argument: number) =>
    argumentText({ name: "ioctl", args: [3, number("KDMKTONE"), argument] }, 2);
  expect(tone(0x10001)).toBe("1<<16|1 /* 1193182 Hz, 1 ms */");
  expect(tone(440)).toBe("440 /* off */");
});

test("a key code is a constant, or a type and a value", () => {
  const entry = (code: number) =>
    text("KDSKBENT", new Uint8Array([0, 5, code & 0xff, code >> 8]), -9);
  expect(entry(0x11d)).toBe("{kb_table=K_NORMTAB, kb_index=5, kb_value=0x11d /* K_PAUSE */}");
  expect(entry(0x41)).toContain("kb_value=0x41 /* K(KT_LATIN, 'A') */");
  expect(entry(0x214)).toContain("kb_value=0x214 /* K(KT_SPEC, 0x14) */");
});

test("a video format has the fields of its buffer type, and names its pixel format", () => {
  const memory = new Uint8Array(208);
  memory.set(words(1, 0, 640, 480, 0x56595559, 1, 1280, 614400, 8));
  const pix =
    "fmt.pix={width=640, height=480, pixelformat=v4l2_fourcc('Y', 'U', 'Y', 'V') /* V4L2_PIX_FMT_YUYV */, field=V4L2_FIELD_NONE, bytesperline=1280, sizeimage=614400, colorspace=V4L2_COLORSPACE_SRGB}";
  expect(text("VIDIOC_G_FMT", memory)).toBe(`{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, ${pix}}`);
  expect(text("VIDIOC_S_FMT", memory)).toBe(
    `{type=V4L2_BUF_TYPE_VIDEO_CAPTURE, ${pix}} => {${pix}}`,
  );
});

test("a control is known by its name, or by its number within its class", () => {
  const control = (id: number) => text("VIDIOC_G_CTRL", words(id, 5), -22);
  expect(control(0x980900)).toBe("{id=V4L2_CID_BRIGHTNESS}");
  expect(control(0xa31234)).toBe("{id=V4L2_CTRL_CLASS_DETECT+0x1234}");
  expect(control(5)).toBe("{id=0x5 /* V4L2_CID_??? */}");
});

test("entropy is shown with its bytes", () => {
  const memory = new Uint8Array(12);
  memory.set(words(8, 4));
  memory.set(bytes("seed"), 8);
  expect(text("RNDADDENTROPY", memory)).toBe('{entropy_count=8, buf_size=4, buf="seed"}');
});

test("a command of the device mapper shows the fields that it uses", () => {
  const memory = new Uint8Array(400);
  memory.set(words(4, 0, 0, 400, 312, 1, 0, 2, 0, 0, 0xfd00));
  memory.set(bytes("root"), 48);
  memory.set(bytes("linear"), 312 + 24);
  memory.set(bytes("/dev/sda 0"), 312 + 40);
  const load = { name: "ioctl", args: [3, number("DM_TABLE_LOAD"), BASE], memory };
  const header =
    '{version=[4, 0, 0], data_size=400, data_start=312, dev=makedev(0xfd, 0), name="root", target_count=1, flags=DM_SUSPEND_FLAG}';
  expect(argumentText(load, 2)).toBe(`[${header}, ...]`);
  expect(argumentText({ ...load, verbose: true }, 2)).toBe(
    `[${header}, {sector_start=0, length=0, target_type="linear", string="/dev/sda 0"}]`,
  );
  expect(text("DM_VERSION", memory)).not.toContain("data_start");
  memory.set(words(3));
  expect(text("DM_VERSION", memory)).toContain("/* unsupported device mapper ABI version */");
});

test("the attributes of a perf event are those of perf_event_open", () => {
  const memory = new Uint8Array(128);
  memory.set(words(1, 128, 2));
  expect(text("PERF_EVENT_IOC_MODIFY_ATTRIBUTES", memory, -9)).toStartWith(
    "{type=PERF_TYPE_SOFTWARE, size=PERF_ATTR_SIZE_VER7, config=PERF_COUNT_SW_PAGE_FAULTS",
  );
});
