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

const char *show_ranges(const struct bootscrub_ranges *rs)
{
    static char text[1024];
    unsigned int i, len = 0;

    text[0] = '\0';
    for ( i = 0; i < rs->nr && len < sizeof(text) - 40; i++ )
        len += snprintf(text + len, sizeof(text) - len,
                        "%s%" PRIx64 "-%" PRIx64, i ? " " : "",
                        rs->r[i].start, rs->r[i].end);

    return text;
}

int main(void)
{
    /* A sanitizer's abort is not to take finished lines with it. */
    setvbuf(stdout, NULL, _IOLBF, 0);

    test_shim();
    test_decide();
    test_record();
    test_ranges();
    test_coverage();
    test_cmdline();
    test_memcrypt_decode();
    test_tpm();
    test_memcrypt_read();
    test_memcrypt_cpus();
    test_report();
    test_memcrypt_psp();
    /* The longest: whoever waits for a failure may have it by now. */
    test_marker();
    test_efi();
    test_decide_all();

    printf("%u passed, %u failed, 0 skipped\n", passed, failed);

    return failed || !passed;
}
