/* SPDX-License-Identifier: GPL-2.0-only */
/* What xen/bootscrub.h asks of Xen's header of this name. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
