/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's decode.c asks of its surroundings, in user space. */
#ifndef BOOTSCRUB_SHIM_H
#define BOOTSCRUB_SHIM_H

#define __init

#endif /* BOOTSCRUB_SHIM_H */
