/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatted text into buffers.  GNU-EFI's own functions make 16-bit
 * characters, which neither files nor the hypervisor's files have.
 *
 * Knows %s, %c, %u, %d, %x, %lu, %lx, %%, zeros and a width in front of
 * numbers, a width, a precision and a minus in front of strings.
 */

#include "kit.h"

static void put(struct text *t, char c)
{
    if ( t->len + 1 < t->room )
    {
        t->buf[t->len++] = c;
        t->buf[t->len] = '\0';
    }
    else
        t->full = true;
}

static void put_padding(struct text *t, char c, unsigned int nr)
{
    while ( nr-- )
        put(t, c);
}

static void put_number(struct text *t, uint64_t val, unsigned int base,
                       unsigned int width, char padding)
{
    char digits[24];
    unsigned int nr = 0;

    do {
        digits[nr++] = "0123456789abcdef"[val % base];
        val /= base;
    } while ( val );

    if ( nr < width )
        put_padding(t, padding, width - nr);

    while ( nr )
        put(t, digits[--nr]);
}

static void put_string(struct text *t, const char *s, unsigned int width,
                       unsigned int most, bool left)
{
    unsigned int i, len = 0;

    while ( len < most && s[len] )
        len++;

    if ( !left && len < width )
        put_padding(t, ' ', width - len);
    for ( i = 0; i < len; i++ )
        put(t, s[i]);
    if ( left && len < width )
        put_padding(t, ' ', width - len);
}

static unsigned int read_number(const char **fmt)
{
    unsigned int nr = 0;

    while ( **fmt >= '0' && **fmt <= '9' )
        nr = nr * 10 + *(*fmt)++ - '0';

    return nr;
}

static const char *convert(struct text *t, const char *fmt, va_list *args)
{
    bool left = false, is_long = false;
    char padding = ' ';
    unsigned int width, most = ~0U;
    int64_t val;

    if ( *fmt == '-' )
    {
        left = true;
        fmt++;
    }
    if ( *fmt == '0' )
        padding = '0';
    width = read_number(&fmt);
    if ( *fmt == '.' )
    {
        fmt++;
        most = read_number(&fmt);
    }
    if ( *fmt == 'l' )
    {
        is_long = true;
        fmt++;
    }

    switch ( *fmt )
    {
    case 'u':
    case 'x':
        put_number(t, is_long ? va_arg(*args, unsigned long)
                              : va_arg(*args, unsigned int),
                   *fmt == 'u' ? 10 : 16, width, padding);
        break;

    case 'd':
        val = va_arg(*args, int);
        if ( val < 0 )
            put(t, '-');
        put_number(t, val < 0 ? -val : val, 10, width, padding);
        break;

    case 'c':
        put(t, va_arg(*args, int));
        break;

    case 's':
        put_string(t, va_arg(*args, const char *), width, most, left);
        break;

    default:
        put(t, *fmt);
        break;
    }

    return fmt + 1;
}

void addv(struct text *t, const char *fmt, va_list args)
{
    va_list copy;

    va_copy(copy, args);
    while ( *fmt )
        if ( *fmt == '%' && fmt[1] )
            fmt = convert(t, fmt + 1, &copy);
        else
            put(t, *fmt++);
    va_end(copy);
}

void add(struct text *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    addv(t, fmt, args);
    va_end(args);
}

/* What the hypervisor's files call by these names. */
int strncmp(const char *a, const char *b, size_t n)
{
    for ( ; n; n--, a++, b++ )
        if ( *a != *b || !*a )
            return (unsigned char)*a - (unsigned char)*b;

    return 0;
}

size_t (strlen)(const char *s)
{
    size_t n = 0;

    while ( s[n] )
        n++;

    return n;
}
