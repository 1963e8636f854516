/* SPDX-License-Identifier: GPL-2.0-only */
/* For xen/sha2.h. */
#include "../../shim.h"
