/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two EFI variables of bootscrub=auto, as bytes.
 */
#ifndef XEN_LIB_BOOTSCRUB_RECORD_H
#define XEN_LIB_BOOTSCRUB_RECORD_H

#include <xen/lib/bootscrub/types.h>

#include <xen/lib/bootscrub/coverage.h>
#include <xen/lib/bootscrub/decide.h>
#include <xen/lib/bootscrub/marker.h>

#define BOOTSCRUB_TOKEN_SIZE 16
#define BOOTSCRUB_RECORD_SIZE 256
#define BOOTSCRUB_RECEIPT_SIZE 32

/*
 * What has to be left in NVRAM before the two are first put there.  Firmware
 * has been seen not to start any more with a full variable store, so Linux
 * leaves 5 KiB alone, too (drivers/firmware/efi/vars.c).
 */
#define BOOTSCRUB_NVRAM_ROOM (5120 + BOOTSCRUB_RECORD_SIZE + \
                              BOOTSCRUB_RECEIPT_SIZE)

struct bootscrub_record {
    enum bootscrub_session session;
    bool counted[BOOTSCRUB_NR_COUNTERS];
    uint32_t counter[BOOTSCRUB_NR_COUNTERS];
    uint8_t token_digest[BOOTSCRUB_DIGEST_SIZE];
    uint8_t coverage[BOOTSCRUB_DIGEST_SIZE];
    unsigned int unpaid; /* At most BOOTSCRUB_MAX_UNPAID. */
    unsigned int nr_markers;
    uint64_t marker[BOOTSCRUB_MAX_MARKERS]; /* Ascending. */
};

/* What a receipt says of the session that a record describes. */
enum bootscrub_receipt {
    BOOTSCRUB_RECEIPT_NONE,      /* It is not this session's. */
    BOOTSCRUB_RECEIPT_PERFORMED, /* All clean, after a scrub */
    BOOTSCRUB_RECEIPT_SKIPPED,   /* ... or without one. */
};

/* What the record holds of @token. */
void bootscrub_token_digest(uint8_t digest[BOOTSCRUB_DIGEST_SIZE],
                            const uint8_t token[BOOTSCRUB_TOKEN_SIZE]);

void bootscrub_record_encode(const struct bootscrub_record *r,
                             uint8_t buf[BOOTSCRUB_RECORD_SIZE]);

/* Returns false, with *@r undefined, unless every byte is as encoded. */
bool bootscrub_record_decode(struct bootscrub_record *r,
                             const uint8_t *buf, size_t size);

void bootscrub_receipt_encode(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                              bool skipped,
                              uint8_t buf[BOOTSCRUB_RECEIPT_SIZE]);

/* What does the receipt say of the session that @r records? */
enum bootscrub_receipt bootscrub_receipt_decode(
    const struct bootscrub_record *r, const uint8_t *buf, size_t size);

/*
 * What stands in a receipt's place, and is none, if the session that @r
 * records had to take back a skip, or would have had to.
 */
void bootscrub_taken_back_encode(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                                 uint8_t buf[BOOTSCRUB_RECEIPT_SIZE]);
bool bootscrub_is_taken_back(const struct bootscrub_record *r,
                             const uint8_t *buf, size_t size);

#endif /* XEN_LIB_BOOTSCRUB_RECORD_H */
