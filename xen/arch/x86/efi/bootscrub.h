/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What bootscrub=auto asks of the firmware while boot services are alive.
 * All of it runs, with multiboot2, where it was not linked for: no pointer in
 * static data, no printk().
 */
#ifndef EFI_BOOTSCRUB_H
#define EFI_BOOTSCRUB_H

#include "efi.h"

#include <xen/types.h>

struct memcrypt_psp;

/* psp.c: ask AMD's secure processors about TSME. */
void efi_memcrypt_psp(const EFI_BOOT_SERVICES *bs, struct memcrypt_psp *psp);

/* random.c: fill the 16 bytes at @buf.  False if there is no good source. */
bool efi_random_bytes(const EFI_BOOT_SERVICES *bs, uint8_t *buf);

/* tcg2.c: the TPM's resetCount.  False if there is none to be believed. */
bool efi_tpm_resets(const EFI_BOOT_SERVICES *bs, uint32_t *resets);

#endif /* EFI_BOOTSCRUB_H */
