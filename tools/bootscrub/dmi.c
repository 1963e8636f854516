/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a machine is, by SMBIOS (DMTF DSP0134): structures 0 (firmware), 1
 * (system), 2 (board), 16 and 17 (memory).  Serial numbers, asset tags and
 * UUIDs are not read.  Nothing in the table is trusted.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "dmi.h"

const char *dmi_ecc_name(uint8_t ecc)
{
    static const char *const names[] = {
        "unknown", "other", "unknown", "none", "parity", "single-bit",
        "multi-bit", "crc",
    };

    return names[ecc < sizeof(names) / sizeof(names[0]) ? ecc : 0];
}

static uint64_t get(const uint8_t *p, unsigned int bytes)
{
    uint64_t val = 0;

    while ( bytes-- )
        val = val << 8 | p[bytes];

    return val;
}

/* Behind a structure come its strings; an empty one ends them. */
static const uint8_t *behind(const uint8_t *p, const uint8_t *end)
{
    for ( p += p[1]; p + 1 < end; p++ )
        if ( !p[0] && !p[1] )
            return p + 2;

    return end;
}

/* String @nr of the structure at @p, printable and without blanks around. */
static void copy_string(const uint8_t *p, const uint8_t *end, unsigned int at,
                        char *to, size_t room)
{
    unsigned int nr = at < p[1] ? p[at] : 0, len = 0;
    const uint8_t *s = p + p[1];

    to[0] = '\0';
    if ( !nr )
        return;

    while ( --nr )
    {
        while ( s < end && *s )
            s++;
        s++;
        if ( s >= end || !*s )
            return;
    }

    for ( ; s < end && *s && len + 1 < room; s++ )
        if ( (len || *s != ' ') && *s >= ' ' && *s <= '~' &&
             *s != '"' && *s != '\\' )
            to[len++] = *s;

    while ( len && to[len - 1] == ' ' )
        len--;
    to[len] = '\0';
}

#define STRING(at, field) copy_string(p, end, at, field, sizeof(field))

/* Section 7.18: sizes, and 7.18.5 for those of 32 GiB and more. */
static uint64_t module_mib(const uint8_t *p)
{
    uint64_t size = get(p + 0x0c, 2);

    if ( size == 0xffff )
        return 0;

    if ( size == 0x7fff && p[1] >= 0x20 )
        return get(p + 0x1c, 4) & 0x7fffffff;

    return size & 0x8000 ? (size & 0x7fff) >> 10 : size;
}

static void read_module(const uint8_t *p, const uint8_t *end,
                        struct machine *m)
{
    struct module *module = &m->module[m->nr_modules];

    if ( p[1] < 0x15 || m->nr_modules == 64 || !module_mib(p) )
        return;

    m->nr_modules++;
    module->mib = module_mib(p);
    module->total_width = get(p + 0x08, 2);
    module->data_width = get(p + 0x0a, 2);
    module->type = p[0x12];
    if ( p[1] >= 0x17 )
        module->speed = get(p + 0x15, 2);
    STRING(0x17, module->vendor);
}

static void read_structure(const uint8_t *p, const uint8_t *end,
                           struct machine *m)
{
    switch ( p[0] )
    {
    case 0:
        STRING(4, m->firmware_vendor);
        STRING(5, m->firmware_version);
        STRING(8, m->firmware_date);
        break;

    case 1:
        STRING(4, m->vendor);
        STRING(5, m->product);
        STRING(6, m->product_version);
        break;

    case 2:
        if ( m->board[0] )
            break;
        STRING(4, m->board_vendor);
        STRING(5, m->board);
        STRING(6, m->board_version);
        break;

    case 16:
        /* Use 3: system memory.  Section 7.17.3: error correction. */
        if ( p[1] >= 7 && p[5] == 3 )
            m->ecc = p[6];
        break;

    case 17:
        read_module(p, end, m);
        break;

    default:
        break;
    }
}

void dmi_read(const uint8_t *p, const uint8_t *end, struct machine *m)
{
    memset(m, 0, sizeof(*m));
    while ( end - p >= 4 && p[1] >= 4 && end - p >= p[1] && p[0] != 127 )
    {
        read_structure(p, end, m);
        p = behind(p, end);
    }
}
