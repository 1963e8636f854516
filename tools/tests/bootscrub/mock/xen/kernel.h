/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's header of this name is to the files under test. */
#include "xen.h"
