/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What another system may do to the counters before a reset.
 *
 * Trusted Platform Module Library 2.0, part 3, section 9.4 (TPM2_Shutdown).
 */

#include "tamper.h"

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

    status = tpm_submit(shutdown, sizeof(shutdown), response,
                        sizeof(response));
    if ( EFI_ERROR(status) )
        return status;

    Print(L"efi: tpm: saved, code %02x%02x\n", response[8], response[9]);

    return response[8] || response[9] ? EFI_DEVICE_ERROR : EFI_SUCCESS;
}

/* Firmware without the service, until boot services end. */
static EFI_STATUS EFIAPI no_count(UINT64 *count)
{
    return EFI_DEVICE_ERROR;
}

static EFI_STATUS take_count_away(void)
{
    BS->GetNextMonotonicCount = no_count;
    BS->Hdr.CRC32 = 0;

    return BS->CalculateCrc32(&BS->Hdr, BS->Hdr.HeaderSize, &BS->Hdr.CRC32);
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

    if ( same(argv[1], "none") )
        return take_count_away();

    if ( !parse_number(argv[1], 10, &val) || val > ~(UINT32)0 )
        return EFI_INVALID_PARAMETER;

    count = val;

    return RT->SetVariable(L"MTC", &guid, RECEIPT_ATTR, sizeof(count), &count);
}
