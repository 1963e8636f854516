/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters and space: the monotonic count, the TPM's clock, NVRAM.
 */

#include "kit.h"

void count_measure(struct step *step)
{
    UINT64 count;

    step->counted = BS->GetNextMonotonicCount(&count) == EFI_SUCCESS;
    step->count = step->counted ? count : 0;

    if ( EFI_ERROR(RT->QueryVariableInfo(RECEIPT_ATTR, &step->nvram_size,
                                         &step->nvram_free,
                                         &step->nvram_largest)) )
        step->nvram_size = step->nvram_free = step->nvram_largest = 0;
}

static uint64_t get(const uint8_t *p, unsigned int bytes)
{
    uint64_t val = 0;

    while ( bytes-- )
        val = val << 8 | *p++;

    return val;
}

/*
 * All of TPM2_ReadClock's answer, where the hypervisor believes resetCount
 * alone and that only if restartCount is 0: TPM 2.0, part 2, section 10.11.
 */
void tpm_measure(struct step *step)
{
    uint8_t command[BOOTSCRUB_TPM_COMMAND_SIZE];
    uint8_t r[BOOTSCRUB_TPM_RESPONSE_SIZE] = {};

    step->tpm = (struct tpm_clock){};
    bootscrub_tpm_command(command);

    if ( EFI_ERROR(tpm_submit(command, sizeof(command), r, sizeof(r))) ||
         get(r, 2) != 0x8001 || get(r + 2, 4) != sizeof(r) || get(r + 6, 4) )
        return;

    step->tpm = (struct tpm_clock){
        .present = true,
        .clock = get(r + 18, 8),
        .resets = get(r + 26, 4),
        .restarts = get(r + 30, 4),
        .safe = r[34],
    };
}
