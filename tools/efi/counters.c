/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The counters that bootscrub=auto relies on, and what another system may do
 * to them before a reset.
 *
 * TCG EFI Protocol Specification, family 2.0, section 6; Trusted Platform
 * Module Library 2.0, part 3, section 9.4 (TPM2_Shutdown).
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

static EFI_STATUS submit(UINT8 *in, UINT32 in_size, UINT8 *out,
                         UINT32 out_size)
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
    status = submit(command, sizeof(command), response, sizeof(response));
    if ( EFI_ERROR(status) )
        return status;

    return bootscrub_tpm_resets(response, resets) ? EFI_SUCCESS
                                                  : EFI_NOT_READY;
}

/* With its state saved, the next reset is one that resetCount misses. */
EFI_STATUS cmd_tpm(unsigned int argc, char **argv)
{
    UINT8 shutdown[] = {
        0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x45, /* TPM2_Shutdown */
        0, 1,                                      /* TPM_SU_STATE */
    };
    UINT8 response[10] = { 0 };
    EFI_STATUS status;

    if ( !same(argv[1], "save") )
        return EFI_INVALID_PARAMETER;

    status = submit(shutdown, sizeof(shutdown), response, sizeof(response));
    if ( EFI_ERROR(status) )
        return status;

    Print(L"efi: tpm: saved, code %02x%02x\n", response[8], response[9]);

    return response[8] || response[9] ? EFI_DEVICE_ERROR : EFI_SUCCESS;
}

/* EDK2 keeps the high half of the count in a variable that anyone may set. */
EFI_STATUS cmd_count(unsigned int argc, char **argv)
{
    static EFI_GUID guid = {
        0xeb704011, 0x1402, 0x11d3,
        { 0x8e, 0x77, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b }
    };
    UINT32 count;
    UINTN val;

    if ( !parse_number(argv[1], 10, &val) || val > ~(UINT32)0 )
        return EFI_INVALID_PARAMETER;

    count = val;

    return RT->SetVariable(L"MTC", &guid, RECEIPT_ATTR, sizeof(count), &count);
}
