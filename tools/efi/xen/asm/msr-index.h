/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to files that run on the firmware. */
#include "xen.h"
