/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Any bytes, of any length: record, receipt, TPM response, command line.
 */

#include "prove.h"

#include <xen/lib/bootscrub/cmdline.h>
#include <xen/lib/bootscrub/record.h>
#include <xen/lib/bootscrub/tpm.h>

/* Ends where the buffer does: what is read behind it is an alarm. */
#define MAX_SIZE 300

static uint8_t bytes[MAX_SIZE];

static const uint8_t *any_bytes(size_t size)
{
    Frama_C_make_unknown((char *)bytes, sizeof(bytes));

    return bytes + sizeof(bytes) - size;
}

static void decode_record(const uint8_t *buf, size_t size)
{
    struct bootscrub_record r;

    if ( bootscrub_record_decode(&r, buf, size) )
    {
        //@ check markers: r.nr_markers <= BOOTSCRUB_MAX_MARKERS;
        //@ check unpaid: r.unpaid <= BOOTSCRUB_MAX_UNPAID;
        //@ check session: r.session <= BOOTSCRUB_SESSION_PLAINTEXT;
    }
}

/* Each number of markers by itself: so many of them have to be there. */
void prove_record(void)
{
    size_t size;
    unsigned int nr;

    for ( size = 0; size <= MAX_SIZE; size++ )
        if ( size != BOOTSCRUB_RECORD_SIZE )
            decode_record(any_bytes(size), size);

    for ( nr = 0; nr < 256; nr++ )
    {
        uint8_t *buf = (uint8_t *)any_bytes(BOOTSCRUB_RECORD_SIZE);

        buf[10] = nr;
        decode_record(buf, BOOTSCRUB_RECORD_SIZE);
    }
}

void prove_receipt(void)
{
    struct bootscrub_record r;
    size_t size;

    Frama_C_make_unknown((char *)&r.token_digest, sizeof(r.token_digest));
    for ( size = 0; size <= MAX_SIZE; size++ )
    {
        bootscrub_receipt_decode(&r, any_bytes(size), size);
        bootscrub_is_taken_back(&r, any_bytes(size), size);
    }
}

void prove_tpm(void)
{
    uint8_t command[BOOTSCRUB_TPM_COMMAND_SIZE];
    uint32_t resets;

    bootscrub_tpm_command(command);
    bootscrub_tpm_resets(any_bytes(BOOTSCRUB_TPM_RESPONSE_SIZE), &resets);
}

static char *any_string(size_t len)
{
    char *s = (char *)any_bytes(len + 1);

    s[len] = '\0';

    return s;
}

/* Any options of up to 60 characters. */
void prove_options(void)
{
    struct bootscrub_options o;

    bootscrub_parse_auto(any_string(60), &o);
}

/*
 * Any line of up to 18 characters: where each word begins and ends is a state
 * by itself, so that longer ones take too long.  For longer words there is
 * prove_word().
 */
void prove_cmdline(void)
{
    bootscrub_scan(any_string(18), Frama_C_interval(0, 1));
    bootscrub_scan(0, false);
}

/* One word that is longer than Xen's parser takes. */
void prove_word(void)
{
    char *s = (char *)any_bytes(200);
    unsigned int i;

    for ( i = 0; i < 199; i++ )
        s[i] = Frama_C_interval('!', '~');
    s[199] = '\0';
    bootscrub_scan(s, false);
}
