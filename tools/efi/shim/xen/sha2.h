/* SPDX-License-Identifier: GPL-2.0-only */
/* For xen/lib/sha2-256.c: Xen's own, which may have its state, too. */
#include "../../shim.h"
#include_next <xen/sha2.h>
