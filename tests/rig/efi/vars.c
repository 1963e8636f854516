/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Damage to the two variables, and to the service that writes them.
 */

#include "tamper.h"

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

/* Where save keeps a variable, so that an older boot's can come back. */
static CHAR16 *saved_name(const char *word)
{
    CHAR16 *name = variable_name(word);

    return name ? PoolPrint(L"%sSaved", name) : NULL;
}

EFI_STATUS cmd_save(unsigned int argc, char **argv)
{
    struct variable v;
    EFI_STATUS status = fetch(&v, argv[1]);

    if ( EFI_ERROR(status) )
        return status;

    v.name = saved_name(argv[1]);
    v.attr = RECORD_ATTR;

    return variable_set(&v);
}

EFI_STATUS cmd_restore(unsigned int argc, char **argv)
{
    CHAR16 *name = variable_name(argv[1]);
    struct variable v;
    EFI_STATUS status;

    if ( !name )
        return EFI_INVALID_PARAMETER;

    status = variable_get(&v, saved_name(argv[1]));
    if ( EFI_ERROR(status) )
    {
        Print(L"efi: error: nothing was saved: %r\n", status);
        return status;
    }

    v.name = name;
    v.attr = same(argv[1], "record") ? RECORD_ATTR : RECEIPT_ATTR;

    return variable_set(&v);
}

/*
 * writes refuse|drop|full|nearly-full: what a broken or full variable store
 * does, until boot services end.  Runs in place of SetVariable(), which is not
 * needed later.  A full store still has variables deleted.
 */
static EFI_STATUS outcome;
static EFI_SET_VARIABLE real_set_variable;

static EFI_STATUS EFIAPI no_set_variable(CHAR16 *name, EFI_GUID *guid,
                                         UINT32 attr, UINTN size, VOID *data)
{
    return outcome;
}

static EFI_STATUS EFIAPI only_delete(CHAR16 *name, EFI_GUID *guid,
                                     UINT32 attr, UINTN size, VOID *data)
{
    return size ? EFI_OUT_OF_RESOURCES
                : real_set_variable(name, guid, attr, size, data);
}

static UINT64 room_left;

static EFI_STATUS EFIAPI little_left(UINT32 attr, UINT64 *store, UINT64 *left,
                                     UINT64 *largest)
{
    *store = 1 << 18;
    *left = *largest = room_left;

    return EFI_SUCCESS;
}

static void fill_store(void)
{
    real_set_variable = RT->SetVariable;
    RT->SetVariable = only_delete;
    RT->QueryVariableInfo = little_left;
}

/*
 * writes refuse-later|fault-later: only of what is to be seen at run time, as
 * the receipt is.  Outlives this program, so it is code of its own.
 */
#define TARGET 16 /* Where in the code the real service's address goes. */
static const UINT8 later[] = {
    0x41, 0xf7, 0xc0, 4, 0, 0, 0,        /* test $RUNTIME_ACCESS, %r8d */
    0x74, 0x05,                          /* jz 1f */
    0x4d, 0x85, 0xc9,                    /* test %r9, %r9 (the size) */
    0x75, 0x0c,                          /* jnz 2f */
    0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,  /* 1: mov $TARGET, %rax */
    0xff, 0xe0,                          /* jmp *%rax */
};                                       /* 2: */
static const UINT8 refuse_later[] = {
    0x48, 0xb8, 7, 0, 0, 0, 0, 0, 0, 0x80, /* mov $EFI_DEVICE_ERROR, %rax */
    0xc3,                                  /* ret */
};
static const UINT8 fault_later[] = { 0x0f, 0x0b /* ud2 */ };

static EFI_STATUS intercept(const UINT8 *then, UINTN size)
{
    EFI_PHYSICAL_ADDRESS page;
    UINT64 target = (UINT64)RT->SetVariable;
    EFI_STATUS status = BS->AllocatePages(AllocateAnyPages,
                                          EfiRuntimeServicesCode, 1, &page);

    if ( EFI_ERROR(status) )
        return status;

    memcpy((void *)page, later, sizeof(later));
    memcpy((UINT8 *)page + TARGET, &target, sizeof(target));
    memcpy((UINT8 *)page + sizeof(later), then, size);
    RT->SetVariable = (void *)page;

    return EFI_SUCCESS;
}

EFI_STATUS cmd_writes(unsigned int argc, char **argv)
{
    EFI_STATUS status = EFI_SUCCESS;

    outcome = same(argv[1], "refuse") ? EFI_OUT_OF_RESOURCES : EFI_SUCCESS;

    if ( same(argv[1], "refuse") || same(argv[1], "drop") )
        RT->SetVariable = no_set_variable;
    else if ( same(argv[1], "full") )
        fill_store();
    else if ( same(argv[1], "nearly-full") )
    {
        room_left = 4096;
        RT->QueryVariableInfo = little_left;
    }
    else if ( same(argv[1], "refuse-later") )
        status = intercept(refuse_later, sizeof(refuse_later));
    else if ( same(argv[1], "fault-later") )
        status = intercept(fault_later, sizeof(fault_later));
    else
        status = EFI_INVALID_PARAMETER;
    if ( EFI_ERROR(status) )
        return status;

    RT->Hdr.CRC32 = 0;

    return BS->CalculateCrc32(&RT->Hdr, RT->Hdr.HeaderSize, &RT->Hdr.CRC32);
}
