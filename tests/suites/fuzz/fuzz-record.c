/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any bytes as record and receipt.  What is accepted must be what the encoder
 * makes of it; that nothing is read out of bounds is the sanitizers' to see.
 */

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

/* What is accepted can only have been made by the encoder. */
static void check(const uint8_t *buf)
{
    struct bootscrub_record r;
    uint8_t encoded[BOOTSCRUB_RECORD_SIZE];
    unsigned int i;

    if ( !bootscrub_record_decode(&r, buf, BOOTSCRUB_RECORD_SIZE) )
        return;

    bootscrub_record_encode(&r, encoded);
    if ( memcmp(encoded, buf, sizeof(encoded)) ||
         r.nr_markers > BOOTSCRUB_MAX_MARKERS ||
         r.session > BOOTSCRUB_SESSION_PLAINTEXT )
        abort();

    for ( i = 0; i < r.nr_markers; i++ )
        if ( r.marker[i] % BOOTSCRUB_MARKER_SIZE )
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bootscrub_record r = { .nr_markers = 0 };
    uint8_t buf[BOOTSCRUB_RECORD_SIZE];

    /* Not a token in sight whose digest is all zeros. */
    if ( bootscrub_receipt_decode(&r, data, size) )
        abort();

    if ( size != sizeof(buf) )
    {
        if ( bootscrub_record_decode(&r, data, size) )
            abort();
        return 0;
    }

    check(data);

    /* No fuzzer guesses a digest; with it, what is behind it is reached. */
    memcpy(buf, data, sizeof(buf));
    sha2_256(buf + BOOTSCRUB_RECORD_SIZE - BOOTSCRUB_DIGEST_SIZE, buf,
                    BOOTSCRUB_RECORD_SIZE - BOOTSCRUB_DIGEST_SIZE);
    check(buf);

    return 0;
}
