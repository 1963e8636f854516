/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words of a command: numbers, bytes, comparison.
 */

#include "app.h"

bool same(const char *a, const char *b)
{
    return !strcmpa((const CHAR8 *)a, (const CHAR8 *)b);
}

static unsigned int digit(char c)
{
    if ( c >= '0' && c <= '9' )
        return c - '0';

    c |= 0x20;

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

bool parse_number(const char *s, unsigned int base, UINTN *val)
{
    if ( !*s )
        return false;

    for ( *val = 0; *s; s++ )
    {
        if ( digit(*s) >= base || *val > (~(UINTN)0 - digit(*s)) / base )
            return false;

        *val = *val * base + digit(*s);
    }

    return true;
}

bool parse_bytes(const char *s, UINT8 *data, UINTN room, UINTN *size)
{
    for ( *size = 0; s[0]; s += 2, ++*size )
    {
        if ( *size == room || digit(s[0]) > 15 || digit(s[1]) > 15 )
            return false;

        data[*size] = digit(s[0]) << 4 | digit(s[1]);
    }

    return *size;
}

/* GNU-EFI has memcpy() and memset() for the compiler, but not these. */
int memcmp(const void *a, const void *b, size_t n)
{
    return CompareMem(a, b, n);
}

void *memmove(void *dst, const void *src, size_t n)
{
    UINT8 *d = dst;
    const UINT8 *s = src;

    if ( d < s )
        while ( n-- )
            *d++ = *s++;
    else
        while ( n-- )
            d[n] = s[n];

    return dst;
}
