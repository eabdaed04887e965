/** Requests of other devices: linux/rtc.h, watchdog.h, ptp_clock.h, gpio.h, kd.h, lirc.h … */
export const DEVICE_TABLES = `
|RTC_VL_ DATA_INVALID BACKUP_LOW BACKUP_EMPTY ACCURACY_LOW BACKUP_SWITCH
rtc_time = i32 tm_sec tm_min tm_hour tm_mday tm_mon tm_year ... tm_wday tm_yday tm_isdst
rtc_wkalrm = u8 enabled pending @rtc_time time
rtc_pll_info = i32 pll_ctrl pll_value pll_max pll_min pll_posmult pll_negmult i64 pll_clock
=RTC_PARAM_ FEATURES CORRECTION BACKUP_SWITCH_MODE
|rtc_feature/1<<RTC_FEATURE_ ALARM ALARM_RES_MINUTE NEED_WEEK_DAY ALARM_RES_2S UPDATE_INTERRUPT
  CORRECTION BACKUP_SWITCH_MODE ALARM_WAKEUP_ONLY
=RTC_BSM_ DISABLED DIRECT LEVEL STANDBY
rtc_param_value ?param 0 bits64:rtc_feature uvalue 1 i64 svalue 2 enum64:RTC_BSM_ uvalue * x64 uvalue
rtc_param = enum64:RTC_PARAM_ param @rtc_param_value value u32 index ?x32 __pad
rtc_param_given = enum64:RTC_PARAM_ param -x64 value u32 index ?x32 __pad
rtc_param_written = -enum64:RTC_PARAM_ param @rtc_param_value value -u32 index ?x32 __pad
RTC_PARAM_GET: <=> rtc_param_given rtc_param_written
RTC_PARAM_SET: < rtc_param
RTC_AIE_ON RTC_AIE_OFF RTC_UIE_ON RTC_UIE_OFF RTC_PIE_ON RTC_PIE_OFF RTC_WIE_ON RTC_WIE_OFF
  RTC_VL_CLR: none
RTC_EPOCH_SET RTC_IRQP_SET: u64
RTC_EPOCH_READ RTC_IRQP_READ: > u64
RTC_RD_TIME RTC_ALM_READ: > rtc_time
RTC_SET_TIME RTC_ALM_SET: < rtc_time
RTC_WKALM_RD: > rtc_wkalrm
RTC_WKALM_SET: < rtc_wkalrm
RTC_PLL_GET: > rtc_pll_info
RTC_PLL_SET: < rtc_pll_info
RTC_VL_READ: > bits32:RTC_VL_

|WDIOF_ OVERHEAT FANFAULT EXTERN1 EXTERN2 POWERUNDER CARDRESET POWEROVER SETTIMEOUT MAGICCLOSE
  PRETIMEOUT ALARMONLY KEEPALIVEPING=0x8000
|WDIOS_ DISABLECARD ENABLECARD TEMPPANIC
watchdog_info = bits32:WDIOF_ options u32 firmware_version char[32] identity
WDIOC_GETSUPPORT: > watchdog_info
WDIOC_SETOPTIONS: < bits32:WDIOS_
WDIOC_GETSTATUS WDIOC_GETBOOTSTATUS WDIOC_GETTEMP WDIOC_GETTIMEOUT WDIOC_GETPRETIMEOUT
  WDIOC_GETTIMELEFT: > i32
WDIOC_SETTIMEOUT WDIOC_SETPRETIMEOUT: < i32
WDIOC_KEEPALIVE: none

RNDGETENTCNT: > i32
RNDADDTOENTCNT: < i32
rand_pool_info = i32 entropy_count buf_size
RNDADDENTROPY: < rand_pool_info
RNDZAPENTCNT RNDCLEARPOOL RNDRESEEDCRNG: none

|PTP_ ENABLE_FEATURE RISING_EDGE FALLING_EDGE STRICT_FLAGS
=PTP_PF_ NONE EXTTS PEROUT PHYSYNC
ptp_clock_caps = i32 max_adj n_alarm n_ext_ts n_per_out pps n_pins cross_timestamping adjust_phase
  ?x32[12] rsv
ptp_extts_request = u32 index bits32:PTP_ flags -x32[2] rsv
ptp_extts_request2 = u32 index bits32:PTP_ flags ?x32[2] rsv
ptp_clock_time = i64 sec u32 nsec ?x32 reserved
ptp_clock_times = @ptp_clock_time before device after
|PTP_PEROUT_ ONE_SHOT DUTY_CYCLE PHASE
ptp_perout_request = @ptp_clock_time start period u32 index bits32:PTP_PEROUT_ flags
  @ptp_clock_time on
ptp_perout_request2 = @ptp_perout_request request
PTP_PEROUT_REQUEST: < ptp_perout_request
PTP_PEROUT_REQUEST2: < ptp_perout_request2
ptp_sys_offset_extended = u32 n_samples ?x32[3] rsv > @ptp_clock_times[25/n_samples] ts
PTP_SYS_OFFSET_EXTENDED PTP_SYS_OFFSET_EXTENDED2: <> ptp_sys_offset_extended
ptp_sys_offset = u32 n_samples ?x32[3] rsv > @ptp_clock_time[51/n_samples*2+1] ts
ptp_sys_offset_precise = @ptp_clock_time device sys_realtime sys_monoraw ?x32[4] rsv
ptp_pin_desc_get = > char[64] name < u32 index > enum32:PTP_PF_ func u32 chan -x32[5] rsv
ptp_pin_desc_get2 = > char[64] name < u32 index > enum32:PTP_PF_ func u32 chan < ?x32[5] rsv
ptp_pin_desc_set = -char[64] name u32 index enum32:PTP_PF_ func u32 chan -x32[5] rsv
ptp_pin_desc_set2 = -char[64] name u32 index enum32:PTP_PF_ func u32 chan ?x32[5] rsv
PTP_CLOCK_GETCAPS PTP_CLOCK_GETCAPS2: > ptp_clock_caps
PTP_EXTTS_REQUEST: < ptp_extts_request
PTP_EXTTS_REQUEST2: < ptp_extts_request2
PTP_ENABLE_PPS PTP_ENABLE_PPS2: x64
PTP_SYS_OFFSET PTP_SYS_OFFSET2: <> ptp_sys_offset
PTP_SYS_OFFSET_PRECISE PTP_SYS_OFFSET_PRECISE2: > ptp_sys_offset_precise
PTP_PIN_GETFUNC: <> ptp_pin_desc_get
PTP_PIN_GETFUNC2: <> ptp_pin_desc_get2
PTP_PIN_SETFUNC: < ptp_pin_desc_set
PTP_PIN_SETFUNC2: < ptp_pin_desc_set2

=COUNTER_COMPONENT_ NONE SIGNAL COUNT FUNCTION SYNAPSE_ACTION EXTENSION
=COUNTER_SCOPE_ DEVICE SIGNAL COUNT
=COUNTER_EVENT_ OVERFLOW UNDERFLOW OVERFLOW_UNDERFLOW THRESHOLD INDEX CHANGE_OF_STATE CAPTURE
counter_component = enum8:COUNTER_COMPONENT_ type enum8:COUNTER_SCOPE_ scope u8 parent id
counter_watch = @counter_component component enum8:COUNTER_EVENT_ event u8 channel
COUNTER_ADD_WATCH_IOCTL: < counter_watch
COUNTER_ENABLE_EVENTS_IOCTL COUNTER_DISABLE_EVENTS_IOCTL: none

=LIRC_MODE_ RAW=1 PULSE MODE2=4 SCANCODE=8 LIRCCODE=16
LIRC_SET_SEND_MODE LIRC_SET_REC_MODE: < enum32:LIRC_MODE_
LIRC_GET_SEND_MODE LIRC_GET_REC_MODE: > enum32:LIRC_MODE_
LIRC_GET_FEATURES: > bits32:LIRC_CAN
LIRC_SET_TRANSMITTER_MASK: < x32
LIRC_SET_REC_TIMEOUT LIRC_SET_REC_TIMEOUT_REPORTS LIRC_SET_MEASURE_CARRIER_MODE
  LIRC_SET_REC_CARRIER LIRC_SET_REC_CARRIER_RANGE LIRC_SET_SEND_CARRIER LIRC_SET_SEND_DUTY_CYCLE
  LIRC_SET_WIDEBAND_RECEIVER: < u32
LIRC_GET_REC_RESOLUTION LIRC_GET_MIN_TIMEOUT LIRC_GET_MAX_TIMEOUT LIRC_GET_LENGTH
  LIRC_GET_REC_TIMEOUT: > u32

|TEE_IOCTL_SHM_ MAPPED DMA_BUF
tee_shm_alloc = x64 size bits32:TEE_IOCTL_SHM_ flags > i32 id
tee_shm_register = x64 addr length bits32:TEE_IOCTL_SHM_ flags > i32 id
tee_shm_register_fd = fd64 fd -u64 size bits32:TEE_IOCTL_SHM_ flags -u8[4] pad => u32 id -u8[4] pad2
=TEE_IOCTL_PARAM_ATTR_TYPE_ NONE VALUE_INPUT VALUE_OUTPUT VALUE_INOUT MEMREF_INPUT=5 MEMREF_OUTPUT
  MEMREF_INOUT
|TEE_IOCTL_PARAM_ATTR_ META=0x100
=TEE_IOCTL_LOGIN_ PUBLIC USER GROUP APPLICATION=4 USER_APPLICATION GROUP_APPLICATION
  REE_KERNEL=0x80000000
tee_cancel = u32 cancel_id x32 session
tee_close_session = x32 session
tee_version = u32 impl_id x32 impl_caps gen_caps
TEE_IOC_VERSION: > tee_version
TEE_IOC_SHM_ALLOC: <> tee_shm_alloc
TEE_IOC_SHM_REGISTER: <> tee_shm_register
TEE_IOC_CANCEL: < tee_cancel
TEE_IOC_CLOSE_SESSION: < tee_close_session

|GPIOHANDLE_REQUEST_ INPUT OUTPUT ACTIVE_LOW OPEN_DRAIN OPEN_SOURCE BIAS_PULL_UP BIAS_PULL_DOWN
  BIAS_DISABLE
|GPIOEVENT_REQUEST_ BOTH_EDGES=3 RISING_EDGE=1 FALLING_EDGE=2
|GPIOLINE_FLAG_ KERNEL IS_OUT ACTIVE_LOW OPEN_DRAIN OPEN_SOURCE BIAS_PULL_UP BIAS_PULL_DOWN
  BIAS_DISABLE
|GPIO_V2_LINE_FLAG_ USED ACTIVE_LOW INPUT OUTPUT EDGE_RISING EDGE_FALLING OPEN_DRAIN OPEN_SOURCE
  BIAS_PULL_UP BIAS_PULL_DOWN BIAS_DISABLED EVENT_CLOCK_REALTIME EVENT_CLOCK_HTE
gpiochip_info = char[32] name label u32 lines
gpioline_info = u32 line_offset => bits32:GPIOLINE_FLAG_ flags char[32] name consumer
gpioline_unwatch = u32 offset
gpioevent_request = u32 lineoffset bits32:GPIOHANDLE_REQUEST_ handleflags
  bits32:GPIOEVENT_REQUEST_ eventflags char[32] consumer_label => fd32 fd
gpiohandle_data = u8[64] values
gpiohandle_config = bits32:GPIOHANDLE_REQUEST_ flags u8[64] default_values -u32[4] padding
gpiohandle_request = u32[64/lines] lineoffsets bits32:GPIOHANDLE_REQUEST_ flags
  u8[64/lines] default_values char[32] consumer_label u32 lines => fd32 fd
  ; lines lineoffsets flags default_values consumer_label fd
=GPIO_V2_LINE_ATTR_ID_ FLAGS=1 OUTPUT_VALUES DEBOUNCE
gpio_v2_line_attribute = u32 id ?x32 padding x64 data
gpio_v2_line_config_attribute = @gpio_v2_line_attribute attr x64 mask
gpio_v2_line_config = bits64:GPIO_V2_LINE_FLAG_ flags u32 num_attrs ?x32[5] padding
  ?@gpio_v2_line_config_attribute[10/num_attrs] attrs ; flags num_attrs padding attrs
gpio_v2_line_request = u32[64/num_lines] offsets char[32] consumer @gpio_v2_line_config config
  u32 num_lines ?u32 event_buffer_size ?x32[5] padding => fd32 fd
  ; num_lines offsets consumer config event_buffer_size padding fd
gpio_v2_line_info = => char[32] name consumer < u32 offset => num_attrs
  bits64:GPIO_V2_LINE_FLAG_ flags ?@gpio_v2_line_attribute[10/num_attrs] attrs ?x32[4] padding
  ; offset name consumer flags num_attrs attrs padding
GPIO_GET_LINEHANDLE_IOCTL: <> gpiohandle_request
GPIO_V2_GET_LINEINFO_IOCTL GPIO_V2_GET_LINEINFO_WATCH_IOCTL: <> gpio_v2_line_info
GPIO_V2_GET_LINE_IOCTL: <> gpio_v2_line_request
GPIO_V2_LINE_SET_CONFIG_IOCTL: < gpio_v2_line_config
gpio_v2_line_values_get = => x64 bits < x64 mask
gpio_v2_line_values_set = x64 bits mask
GPIO_V2_LINE_GET_VALUES_IOCTL: <> gpio_v2_line_values_get
GPIO_V2_LINE_SET_VALUES_IOCTL: < gpio_v2_line_values_set
GPIO_GET_CHIPINFO_IOCTL: > gpiochip_info
GPIO_GET_LINEINFO_IOCTL GPIO_GET_LINEINFO_WATCH_IOCTL: <> gpioline_info
GPIO_GET_LINEINFO_UNWATCH_IOCTL: < gpioline_unwatch
GPIO_GET_LINEEVENT_IOCTL: <> gpioevent_request
GPIOHANDLE_GET_LINE_VALUES_IOCTL: > gpiohandle_data
GPIOHANDLE_SET_LINE_VALUES_IOCTL: < gpiohandle_data
GPIOHANDLE_SET_CONFIG_IOCTL: < gpiohandle_config

EVIOCRMFF: i32
EVIOCGRAB EVIOCREVOKE: u64
EVIOCGREP: > u32[2]
EVIOCSREP: < u32[2]
EVIOCSCLOCKID: < u32
EVIOCGVERSION: > x32
EVIOCGEFFECTS: > u32
input_id = u16 bustype vendor product version
input_keymap_entry = u8 flags len ... u16 index enum32:KEY keycode x8[32] scancode
ff_trigger = u16 button interval
ff_replay = u16 length delay
ff_envelope = u16 attack_length attack_level fade_length x16 fade_level
ff_constant_effect = i16 level @ff_envelope envelope
ff_ramp_effect = i16 start_level end_level @ff_envelope envelope
ff_periodic_effect = u16 waveform period i16 magnitude offset u16 phase @ff_envelope envelope
  u32 custom_len ptr custom_data
ff_rumble_effect = u16 strong_magnitude weak_magnitude
ff_condition_effect = u16 right_saturation left_saturation i16 right_coeff left_coeff u16 deadband
  i16 center
ff_effect_u ?type 0x52 @ff_constant_effect constant 0x57 @ff_ramp_effect ramp
  0x51 @ff_periodic_effect periodic 0x50 @ff_rumble_effect rumble
ff_effect = enum16:FF type i16 id u16 direction ... @ff_trigger trigger @ff_replay replay
  @ff_effect_u u
EVIOCGID: > input_id
EVIOCGKEYCODE_V2: > input_keymap_entry
EVIOCSKEYCODE_V2: < input_keymap_entry
EVIOCSFF: < ff_effect
`;
