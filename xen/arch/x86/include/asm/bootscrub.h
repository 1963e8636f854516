/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: what its part in the EFI loader found and did, for its part
 * in Xen proper.
 */
#ifndef X86_BOOTSCRUB_H
#define X86_BOOTSCRUB_H

#include <xen/lib/bootscrub/coverage.h>
#include <xen/lib/bootscrub/decide.h>
#include <xen/lib/bootscrub/marker.h>
#include <xen/lib/bootscrub/record.h>

#include <asm/memcrypt.h>

struct bootscrub_loader {
    bool ran;                         /* bootscrub=auto was asked for. */
    struct bootscrub_chain chain;
    unsigned int unpaid;
    struct bootscrub_record previous; /* If chain.record is VALID. */
    enum bootscrub_marker class[BOOTSCRUB_MAX_MARKERS]; /* Of its markers. */
    struct bootscrub_record planted;  /* This session's. */
    enum bootscrub_writable written;
    struct bootscrub_ranges covered;
    uint8_t token[BOOTSCRUB_TOKEN_SIZE];
    unsigned long token_maddr;        /* Of token, when the loader ran. */
};

extern struct bootscrub_loader bootscrub_loader;

/* efi_bootscrub() is in efi.h, for its types. */

/*
 * Clean ranges, by the memory map with which boot services ended.  @clean is
 * empty before.
 */
void efi_bootscrub_clean(struct bootscrub_ranges *clean);
/* At run time: write the receipt.  0 or -errno. */
int efi_bootscrub_receipt(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                          bool skipped);
/*
 * Or, in its place, that this session's skip was taken back.  If that fails,
 * the next session waits once more.
 */
void efi_bootscrub_take_back(const uint8_t token[BOOTSCRUB_TOKEN_SIZE]);

#endif /* X86_BOOTSCRUB_H */
