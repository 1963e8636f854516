/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings and numbers: what a C library would give, as far as the commands
 * and the compiler need it.  No output, no hypercalls.
 */

#include "dom0.h"

size_t strlen(const char *s)
{
    size_t n = 0;

    while ( s[n] )
        n++;

    return n;
}

int strcmp(const char *a, const char *b)
{
    while ( *a && *a == *b )
        a++, b++;

    return (uint8_t)*a - (uint8_t)*b;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *p = a, *q = b;

    while ( n && *p == *q )
        n--, p++, q++;

    return n ? *p - *q : 0;
}

void *memcpy(void *dst, const void *src, size_t n)
{
    void *start = dst;

    asm volatile ( "rep movsb" : "+D" (dst), "+S" (src), "+c" (n)
                               : : "memory" );

    return start;
}

void *memset(void *dst, int c, size_t n)
{
    void *start = dst;

    asm volatile ( "rep stosb" : "+D" (dst), "+c" (n) : "a" (c) : "memory" );

    return start;
}

char *cut(char **s, char sep)
{
    char *part = *s;

    while ( **s && **s != sep )
        ++*s;
    if ( **s )
        *(*s)++ = '\0';

    return part;
}

char *cut_last(char *s, char sep)
{
    char *last = NULL;

    for ( ; *s; s++ )
        if ( *s == sep )
            last = s;
    if ( !last )
        return NULL;
    *last = '\0';

    return last + 1;
}

static unsigned int digit(char c)
{
    if ( c >= '0' && c <= '9' )
        return c - '0';
    c |= 'a' ^ 'A';

    return c >= 'a' && c <= 'f' ? c - 'a' + 10U : ~0U;
}

bool parse_number(const char *s, unsigned int base, uint64_t *value)
{
    *value = 0;
    do {
        if ( digit(*s) >= base ||
             __builtin_mul_overflow(*value, base, value) ||
             __builtin_add_overflow(*value, digit(*s), value) )
            return false;
    } while ( *++s );

    return true;
}

int parse_hex(const char *s, uint8_t *data, size_t room)
{
    size_t n;

    for ( n = 0; *s; n++, s += 2 )
    {
        if ( n == room || digit(s[0]) > 15 || digit(s[1]) > 15 )
            return -1;
        data[n] = digit(s[0]) << 4 | digit(s[1]);
    }

    return n;
}
