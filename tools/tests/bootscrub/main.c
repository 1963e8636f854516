/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the unit tests of bootscrub=auto and sums up.  Knows nothing of what
 * they test.  The last line is "N passed, N failed, N skipped"; the exit
 * status is 0 if none failed.
 */

#include "harness.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static unsigned int passed, failed;

static void count(bool ok, const char *fmt, va_list args)
{
    if ( ok )
        passed++;
    else
        failed++;

    printf(ok ? "ok " : "not ok ");
    vprintf(fmt, args);
}

void expect_num(uint64_t want, uint64_t got, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    count(want == got, fmt, args);
    va_end(args);

    if ( want != got )
        printf(": expected %#" PRIx64 ", got %#" PRIx64, want, got);
    printf("\n");
}

void expect_str(const char *want, const char *got, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    count(!strcmp(want, got), fmt, args);
    va_end(args);

    if ( strcmp(want, got) )
        printf(": expected \"%s\", got \"%s\"", want, got);
    printf("\n");
}

/* Xorshift64: Marsaglia, "Xorshift RNGs", Journal of Statistical Software. */
uint64_t pseudo_random(uint64_t *state)
{
    uint64_t x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;

    return *state = x;
}

static struct unit_tests *first, **end = &first;

void add_unit_tests(struct unit_tests *tests)
{
    *end = tests;
    end = &tests->next;
}

int main(void)
{
    /* Their memory encryption is OpenSSL's. */
    static const char *const left_out[] = { LEFT_OUT NULL };
    const struct unit_tests *tests;
    unsigned int i;

    /* A sanitizer's abort is not to take finished lines with it. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    for ( tests = first; tests; tests = tests->next )
        tests->run();

    for ( i = 0; left_out[i]; i++ )
        printf("skip %s: OpenSSL's headers are missing\n", left_out[i]);
    printf("%u passed, %u failed, %u skipped\n", passed, failed, i);

    return failed || !passed;
}
