/* SPDX-License-Identifier: GPL-2.0-only */
/* Between native.c and library.c. */
#ifndef NATIVE_H
#define NATIVE_H

#include <stdint.h>

struct library_item {
    const char *name;
    void (*prepare)(void);
    int (*call)(void);        /* 0: not what was meant to be timed */
};

extern const struct library_item library_items[];

unsigned int library_places(uint64_t gib, unsigned int *small,
                            unsigned int *large);

#endif
