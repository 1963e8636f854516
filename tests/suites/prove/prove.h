/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the proofs take from Frama-C.
 */
#ifndef PROVE_H
#define PROVE_H

#include <__fc_builtin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@ requires \valid(digest + (0 .. 31));
    requires len == 0 || \valid_read((const uint8_t *)msg + (0 .. len - 1));
    assigns digest[0 .. 31] \from ((const uint8_t *)msg)[0 .. len - 1];
    ensures \initialized(digest + (0 .. 31)); */
void sha2_256(uint8_t digest[32], const void *msg, size_t len);

/*@ requires \valid_read(s);
    assigns \result \from s[0 ..], e;
    ensures -1 <= \result <= 1; */
int parse_bool(const char *s, const char *e);

/*
 * Frama-C's own wants a byte behind the pointers even if there is nothing to
 * move, which ranges.c does at the end of its array (C11, 7.1.4 allows it).
 */
/*@ requires to_valid: len == 0 || \valid((uint8_t *)to + (0 .. len - 1));
    requires from_valid:
      len == 0 || \valid_read((const uint8_t *)from + (0 .. len - 1));
    assigns ((uint8_t *)to)[0 .. len - 1]
      \from ((const uint8_t *)from)[0 .. len - 1];
    assigns \result \from to;
    ensures \result == to; */
void *prove_memmove(void *to, const void *from, size_t len);
#define memmove prove_memmove

/*
 * Followed byte by byte: of strings that begin alike, Frama-C's own does not
 * know that they are as long.
 */
static inline int prove_strncmp(const char *a, const char *b, size_t len)
{
    size_t i;

    for ( i = 0; i < len; i++ )
    {
        if ( a[i] != b[i] )
            return 1;
        if ( !a[i] )
            break;
    }

    return 0;
}
#define strncmp prove_strncmp

#endif /* PROVE_H */
