/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two variables, and what can be done to them: forget them, as an
 * administrator would, or damage them, as a test does.
 */

#include "app.h"

static EFI_GUID vendor = {
    0x3078a4d4, 0x5512, 0x44a4,
    { 0xa3, 0x9b, 0x14, 0xaa, 0x25, 0xc4, 0x63, 0x48 }
};

CHAR16 *variable_name(const char *word)
{
    if ( same(word, "record") )
        return L"BootScrubRecord";

    if ( same(word, "receipt") )
        return L"BootScrubReceipt";

    Print(L"efi: error: \"%a\" is neither record nor receipt\n", word);

    return NULL;
}

EFI_STATUS variable_get(struct variable *v, CHAR16 *name)
{
    v->name = name;
    v->size = sizeof(v->data);

    return RT->GetVariable(name, &vendor, &v->attr, &v->size, v->data);
}

EFI_STATUS variable_set(struct variable *v)
{
    EFI_STATUS status = RT->SetVariable(v->name, &vendor, v->attr, v->size,
                                        v->data);

    Print(L"efi: %s: %d bytes, attributes %x: %r\n", v->name, v->size,
          v->attr, status);

    return status;
}

EFI_STATUS variable_delete(CHAR16 *name)
{
    EFI_STATUS status = RT->SetVariable(name, &vendor, 0, 0, NULL);

    Print(L"efi: %s: deleted: %r\n", name, status);

    return status == EFI_NOT_FOUND ? EFI_SUCCESS : status;
}

/* Fetch the variable that is a command's first word. */
static EFI_STATUS fetch(struct variable *v, const char *word)
{
    CHAR16 *name = variable_name(word);
    EFI_STATUS status;

    if ( !name )
        return EFI_INVALID_PARAMETER;

    status = variable_get(v, name);
    if ( EFI_ERROR(status) )
        Print(L"efi: error: %s: %r\n", name, status);

    return status;
}

EFI_STATUS cmd_delete(unsigned int argc, char **argv)
{
    CHAR16 *name = variable_name(argv[1]);

    return name ? variable_delete(name) : EFI_INVALID_PARAMETER;
}

EFI_STATUS cmd_forget(unsigned int argc, char **argv)
{
    EFI_STATUS record = variable_delete(L"BootScrubRecord");
    EFI_STATUS receipt = variable_delete(L"BootScrubReceipt");

    return EFI_ERROR(record) ? record : receipt;
}

/* corrupt VARIABLE OFFSET XOR: the digest is left as it is. */
EFI_STATUS cmd_corrupt(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = fetch(&v, argv[1]);
    UINTN offset, xor;

    if ( EFI_ERROR(status) )
        return status;

    if ( !parse_number(argv[2], 10, &offset) || offset >= v.size ||
         !parse_number(argv[3], 16, &xor) || !xor || xor > 0xff )
        return EFI_INVALID_PARAMETER;

    v.data[offset] ^= xor;

    return variable_set(&v);
}

/* patch record OFFSET BYTES: with the digest made right again. */
EFI_STATUS cmd_patch(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = fetch(&v, argv[1]);
    UINT8 bytes[64];
    UINTN offset, size, end;

    if ( EFI_ERROR(status) )
        return status;

    if ( v.size != BOOTSCRUB_RECORD_SIZE ||
         !parse_number(argv[2], 10, &offset) ||
         !parse_bytes(argv[3], bytes, sizeof(bytes), &size) )
        return EFI_INVALID_PARAMETER;

    end = v.size - BOOTSCRUB_DIGEST_SIZE;
    if ( offset > end || size > end - offset )
        return EFI_INVALID_PARAMETER;

    memcpy(v.data + offset, bytes, size);
    sha2_256(v.data + end, v.data, end);

    return variable_set(&v);
}

EFI_STATUS cmd_truncate(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = fetch(&v, argv[1]);
    UINTN size;

    if ( EFI_ERROR(status) )
        return status;

    if ( !parse_number(argv[2], 10, &size) || !size || size >= v.size )
        return EFI_INVALID_PARAMETER;

    v.size = size;

    return variable_set(&v);
}

/* create VARIABLE ATTRIBUTES BYTES|copy: attributes cannot just be changed. */
EFI_STATUS cmd_create(unsigned int argc, char **argv)
{
    struct variable v = { .name = variable_name(argv[1]) };
    EFI_STATUS status;
    UINTN attr;

    if ( !v.name || !parse_number(argv[2], 16, &attr) )
        return EFI_INVALID_PARAMETER;

    if ( same(argv[3], "copy") )
    {
        status = fetch(&v, argv[1]);
        if ( EFI_ERROR(status) )
            return status;
    }
    else if ( !parse_bytes(argv[3], v.data, sizeof(v.data), &v.size) )
        return EFI_INVALID_PARAMETER;

    status = variable_delete(v.name);
    if ( EFI_ERROR(status) )
        return status;

    v.attr = attr;

    return variable_set(&v);
}

/* save receipt, restore receipt: to replay an old one. */
EFI_STATUS cmd_save(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = fetch(&v, argv[1]);

    if ( EFI_ERROR(status) )
        return status;

    v.name = L"BootScrubSaved";
    v.attr = RECORD_ATTR;

    return variable_set(&v);
}

EFI_STATUS cmd_restore(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = variable_get(&v, L"BootScrubSaved");

    if ( EFI_ERROR(status) )
    {
        Print(L"efi: error: nothing was saved: %r\n", status);
        return status;
    }

    v.name = variable_name(argv[1]);
    v.attr = RECEIPT_ATTR;

    return v.name ? variable_set(&v) : EFI_INVALID_PARAMETER;
}

/*
 * writes refuse|drop: what a full or broken variable store does, until boot
 * services end.  Runs in place of SetVariable(), which is not needed later.
 */
static EFI_STATUS outcome;

static EFI_STATUS EFIAPI no_set_variable(CHAR16 *name, EFI_GUID *guid,
                                         UINT32 attr, UINTN size, VOID *data)
{
    return outcome;
}

EFI_STATUS cmd_writes(unsigned int argc, char **argv)
{
    if ( same(argv[1], "refuse") )
        outcome = EFI_OUT_OF_RESOURCES;
    else if ( same(argv[1], "drop") )
        outcome = EFI_SUCCESS;
    else
        return EFI_INVALID_PARAMETER;

    RT->SetVariable = no_set_variable;
    RT->Hdr.CRC32 = 0;

    return BS->CalculateCrc32(&RT->Hdr, RT->Hdr.HeaderSize, &RT->Hdr.CRC32);
}
