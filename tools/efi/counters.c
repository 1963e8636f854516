/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The TPM's reset count, one of the counters that bootscrub=auto relies on.
 *
 * TCG EFI Protocol Specification, family 2.0, section 6.
 */

#include "app.h"

struct tcg2_protocol {
    void *get_capability;
    void *get_event_log;
    void *hash_log_extend_event;
    EFI_STATUS (EFIAPI *submit_command)(struct tcg2_protocol *this,
                                        UINT32 in_size, UINT8 *in,
                                        UINT32 out_size, UINT8 *out);
};

EFI_STATUS tpm_submit(UINT8 *in, UINT32 in_size, UINT8 *out, UINT32 out_size)
{
    static EFI_GUID guid = {
        0x607f766c, 0x7455, 0x42be,
        { 0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f }
    };
    struct tcg2_protocol *tcg2;
    EFI_STATUS status = BS->LocateProtocol(&guid, NULL, (void **)&tcg2);

    return EFI_ERROR(status)
           ? status : tcg2->submit_command(tcg2, in_size, in, out_size, out);
}

EFI_STATUS tpm_resets(uint32_t *resets)
{
    UINT8 command[BOOTSCRUB_TPM_COMMAND_SIZE];
    UINT8 response[BOOTSCRUB_TPM_RESPONSE_SIZE] = { 0 };
    EFI_STATUS status;

    bootscrub_tpm_command(command);
    status = tpm_submit(command, sizeof(command), response, sizeof(response));
    if ( EFI_ERROR(status) )
        return status;

    return bootscrub_tpm_resets(response, resets) ? EFI_SUCCESS
                                                  : EFI_NOT_READY;
}
