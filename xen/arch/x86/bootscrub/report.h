/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is told of a boot: between core.c, which knows it, and report.c, which
 * finds the words.
 */
#ifndef BOOTSCRUB_REPORT_H
#define BOOTSCRUB_REPORT_H

#include <asm/bootscrub.h>
#include <asm/memcrypt.h>

/* Besides 0 (written) and -errno. */
#define BOOTSCRUB_RECEIPT_NOT_DUE 1
#define BOOTSCRUB_RECEIPT_LIMITED 2

struct bootscrub_report {
    const struct bootscrub_verdict *verdict;
    const struct bootscrub_facts *facts;
    const struct memcrypt *memcrypt;
    int receipt;
    unsigned long skipped, scrubbed; /* pages */
    /* Of the previous session, if it left a valid record. */
    unsigned int markers[BOOTSCRUB_NR_MARKER_CLASSES];
};

void bootscrub_print(const struct bootscrub_report *r);
void bootscrub_publish(const struct bootscrub_report *r);

#endif /* BOOTSCRUB_REPORT_H */
