/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line per test, counted.  Each test-*.c tests one file of Xen; main.c
 * runs them all.  No fixtures and no registration: a test is a call.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/lib/bootscrub/ranges.h>

/* Are the two equal?  The test's name is given as for printf(). */
void __attribute__((format(printf, 3, 4)))
expect_num(uint64_t want, uint64_t got, const char *fmt, ...);

void __attribute__((format(printf, 3, 4)))
expect_str(const char *want, const char *got, const char *fmt, ...);

/* Deterministic: the same numbers from the same *@state, which is not 0. */
uint64_t pseudo_random(uint64_t *state);

/* "START-END ...", hexadecimal, until the next call. */
const char *show_ranges(const struct bootscrub_ranges *rs);

void test_cmdline(void);
void test_coverage(void);
void test_decide(void);
void test_decide_all(void);
void test_efi(void);
void test_marker(void);
void test_memcrypt_cpus(void);
void test_memcrypt_decode(void);
void test_memcrypt_psp(void);
void test_memcrypt_read(void);
void test_ranges(void);
void test_record(void);
void test_report(void);
void test_shim(void);
void test_tpm(void);

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* HARNESS_H */
