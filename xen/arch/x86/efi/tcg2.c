/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TPM2_ReadClock by way of the firmware.  The bytes are lib/bootscrub/tpm.c's.
 */

#include "bootscrub.h"

#include <xen/init.h>
#include <xen/lib/bootscrub/tpm.h>

/* TCG EFI Protocol Specification, family 2.0, section 6: EFI_TCG2_PROTOCOL. */
static EFI_GUID __initdata tcg2_guid = {
    0x607f766c, 0x7455, 0x42be,
    { 0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f }
};

struct tcg2_protocol {
    void *get_capability;
    void *get_event_log;
    void *hash_log_extend_event;
    EFI_STATUS (EFIAPI *submit_command)(struct tcg2_protocol *this,
                                        UINT32 in_size, UINT8 *in,
                                        UINT32 out_size, UINT8 *out);
};

/* A response that is too short leaves zeros, which are not a valid one. */
bool __init efi_tpm_resets(const EFI_BOOT_SERVICES *bs, uint32_t *resets)
{
    struct tcg2_protocol *tcg2;
    uint8_t command[BOOTSCRUB_TPM_COMMAND_SIZE];
    uint8_t response[BOOTSCRUB_TPM_RESPONSE_SIZE] = {};

    bootscrub_tpm_command(command);

    return bs->LocateProtocol(&tcg2_guid, NULL,
                              (void **)&tcg2) == EFI_SUCCESS &&
           tcg2->submit_command(tcg2, sizeof(command), command,
                                sizeof(response), response) == EFI_SUCCESS &&
           bootscrub_tpm_resets(response, resets);
}
