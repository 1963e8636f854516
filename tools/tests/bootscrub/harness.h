/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line per test, counted.  Each test-*.c tests a file of Xen, or few, and
 * names its function by UNIT_TESTS(); main.c runs what was linked.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stdint.h>

/* Are the two equal?  The test's name is given as for printf(). */
void __attribute__((format(printf, 3, 4)))
expect_num(uint64_t want, uint64_t got, const char *fmt, ...);

void __attribute__((format(printf, 3, 4)))
expect_str(const char *want, const char *got, const char *fmt, ...);

/* Deterministic: the same numbers from the same *@state, which is not 0. */
uint64_t pseudo_random(uint64_t *state);

struct unit_tests {
    void (*run)(void);
    struct unit_tests *next;
};

void add_unit_tests(struct unit_tests *tests);

/* Run in the order in which their files are linked. */
#define UNIT_TESTS(fn) \
    static void __attribute__((constructor)) fn##_add(void) \
    { \
        static struct unit_tests tests = { .run = fn }; \
\
        add_unit_tests(&tests); \
    }

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* HARNESS_H */
