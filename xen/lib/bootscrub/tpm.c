/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TPM2_ReadClock, as bytes: how often was the TPM reset?  Transport is the
 * caller's.
 *
 * Trusted Platform Module Library 2.0: part 1, section 36 (clock, resetCount,
 * restartCount); part 2, sections 10.11.1 and 10.11.2 (TPMS_CLOCK_INFO,
 * TPMS_TIME_INFO); part 3, section 29.1 (TPM2_ReadClock).
 */

#include <xen/lib/bootscrub/tpm.h>

#include "private.h"

#define TPM_ST_NO_SESSIONS 0x8001
#define TPM_CC_READ_CLOCK  0x181
#define TPM_RC_SUCCESS     0

/* Offsets in command and response.  All numbers are big endian. */
#define AT_TAG      0  /* 2 bytes */
#define AT_SIZE     2  /* 4: of all of it */
#define AT_CODE     6  /* 4: command or response code */
#define AT_TIME     10 /* 8 */
#define AT_CLOCK    18 /* 8 */
#define AT_RESETS   26 /* 4 */
#define AT_RESTARTS 30 /* 4 */
#define AT_SAFE     34 /* 1: TPMI_YES_NO */

static void __init put(uint8_t *p, unsigned int bytes, uint32_t val)
{
    while ( bytes-- )
    {
        p[bytes] = val;
        val >>= 8;
    }
}

static uint32_t __init get(const uint8_t *p, unsigned int bytes)
{
    uint32_t val = 0;

    while ( bytes-- )
        val = (val << 8) | *p++;

    return val;
}

void __init bootscrub_tpm_command(uint8_t buf[BOOTSCRUB_TPM_COMMAND_SIZE])
{
    put(buf + AT_TAG, 2, TPM_ST_NO_SESSIONS);
    put(buf + AT_SIZE, 4, BOOTSCRUB_TPM_COMMAND_SIZE);
    put(buf + AT_CODE, 4, TPM_CC_READ_CLOCK);
}

/*
 * restartCount goes up instead of resetCount when the last system had the
 * TPM save its state before the reset, or resumed from S3.  That system's
 * boot is then missing in resetCount, which shows nothing any more until a
 * reset sets restartCount back to 0.
 */
bool __init bootscrub_tpm_resets(
    const uint8_t buf[BOOTSCRUB_TPM_RESPONSE_SIZE], uint32_t *resets)
{
    if ( get(buf + AT_TAG, 2) != TPM_ST_NO_SESSIONS ||
         get(buf + AT_SIZE, 4) != BOOTSCRUB_TPM_RESPONSE_SIZE ||
         get(buf + AT_CODE, 4) != TPM_RC_SUCCESS ||
         get(buf + AT_RESTARTS, 4) ||
         buf[AT_SAFE] > 1 )
        return false;

    *resets = get(buf + AT_RESETS, 4);

    return true;
}
