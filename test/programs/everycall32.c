// cc: -m32
#include "everycall.c"
