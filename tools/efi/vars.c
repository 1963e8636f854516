/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two variables: read, written, deleted, forgotten.
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

EFI_STATUS cmd_forget(unsigned int argc, char **argv)
{
    EFI_STATUS record = variable_delete(L"BootScrubRecord");
    EFI_STATUS receipt = variable_delete(L"BootScrubReceipt");

    return EFI_ERROR(record) ? record : receipt;
}
