/** Requests of video devices: linux/videodev2.h. */
export const MEDIA_TABLES = `
|capture_cap/V4L2_CAP_ TIMEPERFRAME=0x1000
|V4L2_MODE_ HIGHQUALITY
|V4L2_FBUF_CAP_ EXTERNOVERLAY CHROMAKEY LIST_CLIPPING BITMAP_CLIPPING LOCAL_ALPHA GLOBAL_ALPHA
  LOCAL_INV_ALPHA SRC_CHROMAKEY
fourcc = u32 code
kernel_version = u32 version
v4l2_lines = x16[24] lines
control_id = u32 id
next_control_id = u32 id
fract = u32 numerator denominator
v4l2_capability = char[16] driver char[32] card bus_info @kernel_version version
  bits32:V4L2_CAP capabilities device_caps -x32[3] reserved
v4l2_fmtdesc = u32 index enum32:V4L2_BUF_TYPE type > bits32:V4L2_FMT_FLAG flags char[32] description
  @fourcc pixelformat < -u32 mbus_code -u32[3] reserved
v4l2_rect = i32 left top u32 width height
v4l2_pix_format = u32 width height @fourcc pixelformat enum32:V4L2_FIELD field
  u32 bytesperline sizeimage enum32:V4L2_COLORSPACE colorspace
v4l2_plane = u32 sizeimage bytesperline -u16[6] reserved
v4l2_pix_format_mplane = u32 width height @fourcc pixelformat enum32:V4L2_FIELD field
  enum32:V4L2_COLORSPACE colorspace @v4l2_plane[8/num_planes] plane_fmt u8 num_planes
v4l2_clip = @v4l2_rect c -ptr next
v4l2_window = @v4l2_rect w enum32:V4L2_FIELD field x32 chromakey @v4l2_clip*clipcount clips
  u32 clipcount ptr bitmap x8 global_alpha
v4l2_vbi_format = u32 sampling_rate offset samples_per_line @fourcc sample_format i32[2] start
  u32[2] count bits32:V4L2_VBI flags
v4l2_sliced_vbi_format = bits16:V4L2_SLICED service_set @v4l2_lines[2] service_lines u32 io_size
v4l2_sdr_format = @fourcc pixelformat u32 buffersize
v4l2_meta_format = @fourcc dataformat u32 buffersize
v4l2_format_u ?type 1,2 @v4l2_pix_format fmt.pix 9,10 @v4l2_pix_format_mplane fmt.pix_mp
  3,8 @v4l2_window fmt.win 4,5 @v4l2_vbi_format fmt.vbi 6,7 @v4l2_sliced_vbi_format fmt.sliced
  11,12 @v4l2_sdr_format fmt.sdr 13,14 @v4l2_meta_format fmt.meta * -x64[25] fmt.raw_data
v4l2_format = enum32:V4L2_BUF_TYPE type @v4l2_format_u fmt
v4l2_format_got = enum32:V4L2_BUF_TYPE type > @v4l2_format_u fmt
v4l2_format_set = -enum32:V4L2_BUF_TYPE type @v4l2_format_u fmt
v4l2_requestbuffers = ^u32 count enum32:V4L2_BUF_TYPE type enum32:V4L2_MEMORY memory
  -x32[2] reserved ; type memory count
v4l2_buffer_m ?memory 1 x32 m.offset 2 x64 m.userptr 4 fd32 m.fd * -x64 m.planes
v4l2_buffer_flags = u32 flags
v4l2_timeval = i64 tv_sec u64 tv_usec
v4l2_buffer_of = u32 index enum32:V4L2_BUF_TYPE type > u32 bytesused @v4l2_buffer_flags flags < -u32 field
  -x64[4] timestamp > ~u32 sequence <  > enum32:V4L2_MEMORY memory @v4l2_buffer_m m
  u32 length < -x32[3] reserved
  ; type index memory m length bytesused flags sequence
v4l2_buffer_next = > u32 index < enum32:V4L2_BUF_TYPE type > u32 bytesused @v4l2_buffer_flags flags
  < -u32 field > ?@v4l2_timeval timestamp < -x8[16] timecode > ~u32 sequence enum32:V4L2_MEMORY memory
  @v4l2_buffer_m m u32 length < -x32[3] reserved
  ; type index memory m length bytesused flags timestamp sequence
v4l2_framebuffer_out = bits32:V4L2_FBUF_CAP_ capability x32 flags ptr base -x8[32] fmt
v4l2_framebuffer = x32 capability flags ptr base -x8[32] fmt
v4l2_captureparm = bits32:capture_cap capability bits32:V4L2_MODE_ capturemode @fract timeperframe
  x32 extendedmode u32 readbuffers
v4l2_outputparm = bits32:capture_cap capability bits32:V4L2_MODE_ outputmode @fract timeperframe
  x32 extendedmode u32 writebuffers
v4l2_parm_u ?type 1,9 @v4l2_captureparm parm.capture 2,10 @v4l2_outputparm parm.output
  * -x32[50] parm.raw_data
v4l2_streamparm = enum32:V4L2_BUF_TYPE type @v4l2_parm_u parm
v4l2_streamparm_got = enum32:V4L2_BUF_TYPE type > @v4l2_parm_u parm
v4l2_streamparm_set = -enum32:V4L2_BUF_TYPE type @v4l2_parm_u parm
v4l2_standard = u32 index -x64 id > char[24] name @fract frameperiod u32 framelines < -x32[4] reserved
v4l2_input = u32 index > char[32] name enum32:V4L2_INPUT_TYPE type < -x32[10] rest
v4l2_control = @control_id id > i32 value
v4l2_control_set = @control_id id ^i32 value
v4l2_tuner = u32 index > char[32] name enum32:V4L2_TUNER type bits32:V4L2_TUNER_CAP capability
  u32 rangelow rangehigh bits32:V4L2_TUNER_SUB rxsubchans enum32:V4L2_TUNER_MODE audmode
  i32 signal afc -x32[4] reserved
v4l2_tuner_set = u32 index char[32] name enum32:V4L2_TUNER type bits32:V4L2_TUNER_CAP capability
  u32 rangelow rangehigh bits32:V4L2_TUNER_SUB rxsubchans enum32:V4L2_TUNER_MODE audmode
  i32 signal afc -x32[4] reserved
v4l2_tuner_written = -u32 index char[32] name enum32:V4L2_TUNER type bits32:V4L2_TUNER_CAP capability
  u32 rangelow rangehigh bits32:V4L2_TUNER_SUB rxsubchans enum32:V4L2_TUNER_MODE audmode
  i32 signal afc -x32[4] reserved
v4l2_queryctrl = @next_control_id id > enum32:V4L2_CTRL_TYPE type char[32] name ... i32 minimum maximum
  step default_value bits32:V4L2_CTRL_FLAG flags ?x32[2] reserved
v4l2_query_ext_ctrl = @next_control_id id > enum32:V4L2_CTRL_TYPE type char[32] name ... i64 minimum
  maximum u64 step i64 default_value bits32:V4L2_CTRL_FLAG flags u32 elem_size elems nr_of_dims
  u32[4/nr_of_dims] dims ?x32[32] reserved
v4l2_cropcap = enum32:V4L2_BUF_TYPE type > @v4l2_rect bounds defrect @fract pixelaspect
v4l2_crop = enum32:V4L2_BUF_TYPE type > @v4l2_rect c
v4l2_crop_set = enum32:V4L2_BUF_TYPE type @v4l2_rect c
v4l2_frmsize_stepwise = u32 min_width max_width step_width min_height max_height step_height
v4l2_frmsize_discrete = u32 width height
v4l2_frmsize_u ?type 1 @v4l2_frmsize_discrete discrete 3 @v4l2_frmsize_stepwise stepwise
  * -u32[6] raw
v4l2_frmsizeenum = u32 index @fourcc pixel_format > enum32:V4L2_FRMSIZE_TYPE type @v4l2_frmsize_u u
  < -u32[2] reserved
v4l2_frmival_stepwise = @fract min max step
v4l2_frmival_u ?type 1 @fract discrete 2,3 @v4l2_frmival_stepwise stepwise * -u32[6] raw
v4l2_frmivalenum = u32 index @fourcc pixel_format u32 width height > enum32:V4L2_FRMIVAL_TYPE type
  @v4l2_frmival_u u < -u32[2] reserved
v4l2_create_buffers = -u32 index u32 count enum32:V4L2_MEMORY memory @v4l2_format format
  -u32[8] reserved
v4l2_ext_controls = enum32:V4L2_CTRL_CLASS ctrl_class u32 count -u32 error_idx -i32 request_fd
  -u32 reserved ptr controls
VIDIOC_QUERYCAP: > v4l2_capability
VIDIOC_ENUM_FMT: <> v4l2_fmtdesc
VIDIOC_G_FMT: <> v4l2_format_got
VIDIOC_S_FMT VIDIOC_TRY_FMT: <-> v4l2_format v4l2_format_set
VIDIOC_REQBUFS: <> v4l2_requestbuffers
VIDIOC_QUERYBUF VIDIOC_QBUF: <> v4l2_buffer_of
VIDIOC_DQBUF: <> v4l2_buffer_next
VIDIOC_G_FBUF: > v4l2_framebuffer_out
VIDIOC_S_FBUF: < v4l2_framebuffer
VIDIOC_STREAMON VIDIOC_STREAMOFF: < enum32:V4L2_BUF_TYPE
VIDIOC_G_PARM: <> v4l2_streamparm_got
VIDIOC_S_PARM: <-> v4l2_streamparm v4l2_streamparm_set
VIDIOC_G_STD: > x64
VIDIOC_S_STD: < x64
VIDIOC_ENUMSTD: <> v4l2_standard
VIDIOC_ENUMINPUT: <> v4l2_input
VIDIOC_G_CTRL: <> v4l2_control
VIDIOC_S_CTRL: <> v4l2_control_set
VIDIOC_G_TUNER: <> v4l2_tuner
VIDIOC_S_TUNER: <-> v4l2_tuner_set v4l2_tuner_written
VIDIOC_QUERYCTRL: <> v4l2_queryctrl
VIDIOC_QUERY_EXT_CTRL: <> v4l2_query_ext_ctrl
VIDIOC_G_INPUT: > u32
VIDIOC_S_INPUT: < u32
VIDIOC_CROPCAP: <> v4l2_cropcap
VIDIOC_G_CROP: <> v4l2_crop
VIDIOC_S_CROP: < v4l2_crop_set
VIDIOC_ENUM_FRAMESIZES: <> v4l2_frmsizeenum
VIDIOC_ENUM_FRAMEINTERVALS: <> v4l2_frmivalenum
VIDIOC_CREATE_BUFS: < v4l2_create_buffers
`;
