/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formatted output to Xen's console.  Lines are gathered first, so that Xen's
 * own messages do not come between their parts.  No input.
 */

#include <stdarg.h>

#include "dom0.h"
#include "hypercall.h"

static char line[1024];
static unsigned int used;

static void put(char c)
{
    line[used++] = c;
    if ( c != '\n' && used < sizeof(line) )
        return;

    hypercall3(HYPERCALL_console_io, CONSOLEIO_write, used, addr(line));
    used = 0;
}

static void put_number(uint64_t value, unsigned int base, unsigned int width)
{
    char digits[20];
    unsigned int n = 0;

    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while ( value );

    while ( width-- > n )
        put('0');
    while ( n )
        put(digits[--n]);
}

static void put_signed(int64_t value)
{
    if ( value < 0 )
        put('-');
    put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10, 0);
}

static void put_string(const char *s)
{
    while ( *s )
        put(*s++);
}

void printf(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    for ( ; *fmt; fmt++ )
    {
        unsigned int width = 0;
        bool wide;

        if ( *fmt != '%' )
        {
            put(*fmt);
            continue;
        }

        while ( *++fmt >= '0' && *fmt <= '9' )
            width = width * 10 + *fmt - '0';
        wide = *fmt == 'l';
        if ( wide )
            fmt++;

        switch ( *fmt )
        {
        case 's':
            put_string(va_arg(ap, const char *));
            break;

        case 'c':
            put(va_arg(ap, int));
            break;

        case 'd':
            put_signed(wide ? va_arg(ap, long) : va_arg(ap, int));
            break;

        case 'u':
        case 'x':
            put_number(wide ? va_arg(ap, uint64_t) : va_arg(ap, uint32_t),
                       *fmt == 'u' ? 10 : 16, width);
            break;

        default:
            put(*fmt);
            break;
        }
    }
    va_end(ap);
}

void print_hex(const uint8_t *data, size_t size)
{
    while ( size-- )
        put_number(*data++, 16, 2);
}
