/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixed-size integers, bool and size_t, in Xen and in user space.
 */
#ifndef XEN_LIB_BOOTSCRUB_TYPES_H
#define XEN_LIB_BOOTSCRUB_TYPES_H

#ifdef __XEN__
#include <xen/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#endif /* XEN_LIB_BOOTSCRUB_TYPES_H */
