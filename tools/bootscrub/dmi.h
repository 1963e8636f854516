/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SMBIOS, for reports of what a machine is.
 */
#ifndef BOOTSCRUB_DMI_H
#define BOOTSCRUB_DMI_H

#include <stdint.h>

/* Strings are printable ASCII, without quotes and backslashes. */
struct machine {
    char firmware_vendor[65], firmware_version[65], firmware_date[17];
    char vendor[65], product[65], product_version[65];
    char board_vendor[65], board[65], board_version[65];
    uint8_t ecc;            /* SMBIOS 16, 0 if there is no such structure */
    uint32_t nr_modules;
    struct module {
        uint64_t mib;
        uint8_t type;
        uint16_t total_width, data_width, speed;
        char vendor[33];
    } module[64];
};

/* The structures from @p up to @end. */
void dmi_read(const uint8_t *p, const uint8_t *end, struct machine *m);

/* Of machine.ecc: DSP0134 3.6, section 7.17.3. */
const char *dmi_ecc_name(uint8_t ecc);

#endif /* BOOTSCRUB_DMI_H */
