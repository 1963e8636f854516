/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the firmware has the SMBIOS table; what it says is tools/bootscrub's
 * dmi.c's to read.
 */

#include "kit.h"

static EFI_GUID smbios_guid = {
    0xeb9d2d31, 0x2d88, 0x11d3,
    { 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d }
};
static EFI_GUID smbios3_guid = {
    0xf2fd1544, 0x9794, 0x4a2c,
    { 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 }
};

static uint64_t get(const uint8_t *p, unsigned int bytes)
{
    uint64_t val = 0;

    while ( bytes-- )
        val = val << 8 | p[bytes];

    return val;
}

/* DSP0134 3.6, sections 5.2.1 (offsets 22 and 24) and 5.2.2 (12 and 16). */
static bool find_table(const uint8_t **start, const uint8_t **end)
{
    uint8_t *entry;

    if ( LibGetSystemConfigurationTable(&smbios3_guid,
                                        (void **)&entry) == EFI_SUCCESS &&
         !memcmp(entry, "_SM3_", 5) )
    {
        *start = (const uint8_t *)get(entry + 16, 8);
        *end = *start + get(entry + 12, 4);
        return true;
    }

    if ( LibGetSystemConfigurationTable(&smbios_guid,
                                        (void **)&entry) == EFI_SUCCESS &&
         !memcmp(entry, "_SM_", 4) )
    {
        *start = (const uint8_t *)get(entry + 24, 4);
        *end = *start + get(entry + 22, 2);
        return true;
    }

    return false;
}

void smbios_read(struct machine *m)
{
    const uint8_t *start, *end;

    if ( !find_table(&start, &end) )
        start = end = NULL;
    dmi_read(start, end, m);
}
