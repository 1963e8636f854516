/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A processor as software sees it: CPUID and MSRs.
 */
#ifndef MOCK_PROCESSOR_H
#define MOCK_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#define MOCK_MAX_LEAVES 16
#define MOCK_MAX_MSRS   8

struct mock_processor {
    /*
     * Leaves that there are, ended by one that is 0 in all.  Others read as
     * all ones: processors return something else's contents.
     */
    struct mock_leaf {
        uint32_t leaf, sub, eax, ebx, ecx, edx;
    } leaf[MOCK_MAX_LEAVES];

    /* MSRs that there are, ended by 0.  Others fault. */
    struct mock_msr {
        uint32_t msr;
        uint64_t val;
    } msr[MOCK_MAX_MSRS];
};

/* The one that runs, and how often it read MSRs, and faulted. */
extern const struct mock_processor *mock_processor;
extern unsigned int mock_msr_reads, mock_msr_faults;

#endif /* MOCK_PROCESSOR_H */
