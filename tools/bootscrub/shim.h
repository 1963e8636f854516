/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's decode.c asks of its surroundings, in user space. */
#ifndef BOOTSCRUB_SHIM_H
#define BOOTSCRUB_SHIM_H

#define __init
#define _AC(val, suffix) val ## suffix
#define MASK_EXTR(val, mask) (((val) & (mask)) / ((mask) & -(mask)))

#endif /* BOOTSCRUB_SHIM_H */
