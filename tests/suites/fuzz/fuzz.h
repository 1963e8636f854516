/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzers share: the pure part of bootscrub=auto, and the entry that
 * libFuzzer calls.  A fuzzer that finds something aborts.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "shim.h"

#include <xen/lib/bootscrub/cmdline.h>
#include <xen/lib/bootscrub/coverage.h>
#include <xen/lib/bootscrub/marker.h>
#include <xen/lib/bootscrub/record.h>
#include <xen/lib/bootscrub/tpm.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* FUZZ_H */
