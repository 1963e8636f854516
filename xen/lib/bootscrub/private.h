/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure files need from their surroundings: Xen's headers, or the
 * few functions by these names that user space supplies.
 */
#ifndef BOOTSCRUB_PRIVATE_H
#define BOOTSCRUB_PRIVATE_H

#ifdef __XEN__
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/sha2.h>
#include <xen/string.h>
#else
#include "shim.h"
#endif

#endif /* BOOTSCRUB_PRIVATE_H */
