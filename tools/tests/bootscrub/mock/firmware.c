/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mock firmware: see firmware.h.
 */

#include "firmware.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct mock_firmware mock_firmware;

const EFI_RUNTIME_SERVICES *efi_rs;
UINTN efi_memmap_size, efi_mdesc_size;
void *efi_memmap;

/* Newer than the headers know: a descriptor may be longer than its struct. */
#define DESC_SIZE (sizeof(EFI_MEMORY_DESCRIPTOR) + 8)
#define PAGE      4096

UINT64 efi_boot_max_var_store_size, efi_boot_remain_var_store_size;

static uint8_t final_map[MOCK_MAX_MAP * DESC_SIZE];

/* Log a call, and see what is planned for it. */
enum mock_call mock_enter(char letter)
{
    struct mock_firmware *f = &mock_firmware;

    if ( f->calls < sizeof(f->log) - 1 )
    {
        f->log[f->calls] = letter;
        f->log[f->calls + 1] = '\0';
    }
    f->calls++;

    if ( !f->plan.at || (f->plan.of && f->plan.of != letter) ||
         ++f->counted != f->plan.at )
        return MOCK_CALL_DO;

    if ( f->plan.how == MOCK_CUT_BEFORE )
        longjmp(f->off, 1);

    f->cut = f->plan.how == MOCK_CUT_AFTER;

    return f->plan.how == MOCK_FAIL ? MOCK_CALL_FAIL
         : f->plan.how == MOCK_LIE ? MOCK_CALL_LIE : MOCK_CALL_DO;
}

/* After the effect of a call.  Returns @status, or what is planned. */
EFI_STATUS mock_leave(enum mock_call call, EFI_STATUS status)
{
    struct mock_firmware *f = &mock_firmware;

    if ( f->cut )
        longjmp(f->off, 1);

    return call == MOCK_CALL_DO ? status : f->plan.status;
}

static bool same_name(const CHAR16 *a, const char *b)
{
    while ( *b && *a == (CHAR16)*b )
        a++, b++;

    return !*a && !*b;
}

/* Returns NULL for names that are not ours; no firmware has them all. */
static struct mock_variable *find(const CHAR16 *name)
{
    if ( same_name(name, "BootScrubRecord") )
        return &mock_firmware.record;

    if ( same_name(name, "BootScrubReceipt") )
        return &mock_firmware.receipt;

    fprintf(stderr, "a variable that is not ours\n");
    abort();
}

static bool visible(const struct mock_variable *v)
{
    return v->there && (!mock_firmware.runtime ||
                        (v->attr & EFI_VARIABLE_RUNTIME_ACCESS));
}

static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 *attr, UINTN *size, VOID *data)
{
    struct mock_variable *v = find(name);
    enum mock_call call = mock_enter(v == &mock_firmware.record ? 'g' : 'h');
    EFI_STATUS status = EFI_SUCCESS;

    (void)guid;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( !visible(v) )
        return mock_leave(call, EFI_NOT_FOUND);

    if ( *size < v->size )
        status = EFI_BUFFER_TOO_SMALL;
    else
        memcpy(data, v->data, v->size);

    *size = v->size;
    if ( attr )
        *attr = v->attr;

    return mock_leave(call, status);
}

/* Section 8.2.3; authenticated and appended writes are not offered. */
static EFI_STATUS set(struct mock_variable *v, UINT32 attr, UINTN size,
                      const void *data)
{
    bool runtime = mock_firmware.runtime;

    if ( mock_firmware.set_status != EFI_SUCCESS || mock_firmware.set_ignored )
        return mock_firmware.set_status;

    if ( (attr & EFI_VARIABLE_RUNTIME_ACCESS) &&
         !(attr & EFI_VARIABLE_BOOTSERVICE_ACCESS) )
        return EFI_INVALID_PARAMETER;

    if ( runtime && v->there && !(v->attr & EFI_VARIABLE_RUNTIME_ACCESS) )
        return EFI_WRITE_PROTECTED;

    if ( !size || !attr )
    {
        if ( !v->there )
            return EFI_NOT_FOUND;
        v->there = false;
        return EFI_SUCCESS;
    }

    if ( (v->there && v->attr != attr) ||
         (runtime && !(attr & EFI_VARIABLE_RUNTIME_ACCESS)) )
        return EFI_INVALID_PARAMETER;

    if ( size > sizeof(v->data) )
        return EFI_OUT_OF_RESOURCES;

    v->there = true;
    v->attr = attr;
    v->size = size;
    memcpy(v->data, data, size);

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 attr, UINTN size, VOID *data)
{
    struct mock_variable *v = find(name);
    bool record = v == &mock_firmware.record;
    enum mock_call call = mock_enter(size && attr ? (record ? 's' : 't')
                                        : (record ? 'd' : 'e'));

    (void)guid;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    return mock_leave(call, set(v, attr, size, data));
}

EFI_STATUS efi_rs_set_variable(CHAR16 *name, EFI_GUID *guid, UINT32 attr,
                               UINTN size, void *data)
{
    return set_variable(name, guid, attr, size, data);
}

static EFI_STATUS EFIAPI next_monotonic_count(UINT64 *count)
{
    enum mock_call call = mock_enter('c');

    if ( call == MOCK_CALL_FAIL || mock_firmware.no_counter )
        return mock_leave(call, EFI_DEVICE_ERROR);

    *count = mock_firmware.count++;

    return mock_leave(call, EFI_SUCCESS);
}

static EFI_STATUS EFIAPI memory_map(UINTN *size, EFI_MEMORY_DESCRIPTOR *map,
                                    UINTN *key, UINTN *desc_size,
                                    UINT32 *version)
{
    UINTN need = mock_firmware.nr_map * DESC_SIZE;
    enum mock_call call = mock_enter('m');
    unsigned int i;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    *key = 1;
    *desc_size = DESC_SIZE;
    *version = 1;

    if ( *size < need )
    {
        *size = need;
        return mock_leave(call, EFI_BUFFER_TOO_SMALL);
    }

    *size = need;
    for ( i = 0; i < mock_firmware.nr_map; i++ )
        memcpy((uint8_t *)map + i * DESC_SIZE, &mock_firmware.map[i],
               sizeof(mock_firmware.map[i]));

    return mock_leave(call, EFI_SUCCESS);
}

/*
 * One at a time; what a power cut leaves behind goes with the next.  Where it
 * lies, the map has a piece more; it holds what was there before.
 */
static void *pool;

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size,
                                       VOID **buf)
{
    enum mock_call call = mock_enter('p');

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    free(pool);
    *buf = pool = malloc(size);
    if ( pool )
        memset(pool, 0xa5, size);
    mock_map_add(type, PAGE, 2 * PAGE, EFI_MEMORY_WB);
    mock_firmware.pool_in_use = true;

    return mock_leave(call, pool ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES);
}

static EFI_STATUS EFIAPI free_pool(VOID *buf)
{
    enum mock_call call = mock_enter('f');

    if ( buf == mock_pci_handles )
        return mock_leave(call, EFI_SUCCESS);

    if ( call == MOCK_CALL_FAIL || buf != pool )
        return mock_leave(call, EFI_INVALID_PARAMETER);

    free(pool);
    pool = NULL;
    mock_firmware.pool_in_use = false;

    return mock_leave(call, EFI_SUCCESS);
}

/* Give [start, end) of conventional memory to @type.  No order is promised. */
static EFI_STATUS carve(UINT32 type, uint64_t start, uint64_t end)
{
    struct mock_firmware *f = &mock_firmware;
    unsigned int i, nr = f->nr_map;

    for ( i = 0; i < nr; i++ )
    {
        EFI_MEMORY_DESCRIPTOR *d = &f->map[i];
        uint64_t d_end = d->PhysicalStart + d->NumberOfPages * PAGE;

        if ( d->Type != EfiConventionalMemory || start < d->PhysicalStart ||
             end > d_end )
            continue;

        d->NumberOfPages = (start - d->PhysicalStart) / PAGE;
        mock_map_add(type, start, end, d->Attribute);
        mock_map_add(EfiConventionalMemory, end, d_end, d->Attribute);

        return EFI_SUCCESS;
    }

    return EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how,
                                        EFI_MEMORY_TYPE type, UINTN pages,
                                        EFI_PHYSICAL_ADDRESS *addr)
{
    enum mock_call call = mock_enter('a');

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( how != AllocateAddress )
        return mock_leave(call, EFI_INVALID_PARAMETER);

    return mock_leave(call, carve(type, *addr, *addr + pages * PAGE));
}

/* UEFI 2.10, section 37.5. */
struct rng {
    void *get_info;
    EFI_STATUS (EFIAPI *get_rng)(struct rng *this, EFI_GUID *algorithm,
                                 UINTN size, UINT8 *value);
};

static EFI_STATUS EFIAPI get_rng(struct rng *this, EFI_GUID *algorithm,
                                 UINTN size, UINT8 *value)
{
    enum mock_call call = mock_enter('r');
    uint64_t x = mock_firmware.random;
    UINTN i;

    (void)this;
    (void)algorithm;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    for ( i = 0; i < size; i++ )
    {
        x = x * 6364136223846793005ULL + 1442695040888963407ULL;
        value[i] = x >> 56 | mock_firmware.rng_mask;
        if ( mock_firmware.rng_period && i >= mock_firmware.rng_period )
            value[i] = value[i - mock_firmware.rng_period];
    }
    mock_firmware.random = x;

    return mock_leave(call, EFI_SUCCESS);
}

/* TCG EFI Protocol Specification, family 2.0, section 6. */
struct tcg2 {
    EFI_STATUS (EFIAPI *get_capability)(struct tcg2 *this, void *capability);
    void *get_event_log, *hash_log_extend_event;
    EFI_STATUS (EFIAPI *submit_command)(struct tcg2 *this, UINT32 in_size,
                                        UINT8 *in, UINT32 out_size,
                                        UINT8 *out);
};

static EFI_STATUS EFIAPI get_capability(struct tcg2 *this, void *capability)
{
    (void)this;
    (void)capability;

    return EFI_UNSUPPORTED;
}

static void put_big_endian(uint8_t *p, uint32_t val)
{
    unsigned int i;

    for ( i = 4; i--; val >>= 8 )
        p[i] = val;
}

/* TPM 2.0 Library, part 3, TPM2_ReadClock: the only command there is. */
static EFI_STATUS EFIAPI submit_command(struct tcg2 *this, UINT32 in_size,
                                        UINT8 *in, UINT32 out_size,
                                        UINT8 *out)
{
    static const uint8_t command[10] = {
        0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x81
    };
    uint8_t answer[64] = { 0x80, 0x01, 0, 0, 0, 35 };
    unsigned int size = 35;
    enum mock_call call = mock_enter('k');

    (void)this;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( in_size != sizeof(command) || memcmp(in, command, in_size) )
        return mock_leave(call, EFI_DEVICE_ERROR);

    put_big_endian(answer + 26, mock_firmware.tpm_reset);
    put_big_endian(answer + 30, mock_firmware.tpm_restart);
    answer[34] = 1;

    if ( mock_firmware.tpm_answer_size )
    {
        size = mock_firmware.tpm_answer_size;
        memcpy(answer, mock_firmware.tpm_answer, sizeof(answer));
    }

    if ( out_size < size )
        return mock_leave(call, EFI_BUFFER_TOO_SMALL);

    memcpy(out, answer, size);

    return mock_leave(call, EFI_SUCCESS);
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, VOID *registration,
                                         VOID **interface)
{
    static const EFI_GUID rng_guid = {
        0x3152bca5, 0xeade, 0x433d,
        { 0x86, 0x2e, 0xc0, 0x1c, 0xdc, 0x29, 0x1f, 0x44 }
    };
    static const EFI_GUID tcg2_guid = {
        0x607f766c, 0x7455, 0x42be,
        { 0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f }
    };
    static struct rng rng = { NULL, get_rng };
    static struct tcg2 tcg2 = {
        get_capability, NULL, NULL, submit_command
    };
    enum mock_call call = mock_enter('l');

    (void)registration;

    if ( call == MOCK_CALL_FAIL )
        return mock_leave(call, EFI_SUCCESS);

    if ( !mock_firmware.no_rng && !memcmp(guid, &rng_guid, sizeof(*guid)) )
        *interface = &rng;
    else if ( !mock_firmware.no_tpm &&
              !memcmp(guid, &tcg2_guid, sizeof(*guid)) )
        *interface = &tcg2;
    else
        return mock_leave(call, EFI_NOT_FOUND);

    return mock_leave(call, EFI_SUCCESS);
}

EFI_BOOT_SERVICES mock_boot_services = {
    .GetMemoryMap = memory_map,
    .AllocatePool = allocate_pool,
    .FreePool = free_pool,
    .AllocatePages = allocate_pages,
    .LocateProtocol = locate_protocol,
    .GetNextMonotonicCount = next_monotonic_count,
    .LocateHandleBuffer = mock_locate_pci,
    .HandleProtocol = mock_open_pci,
};

static EFI_RUNTIME_SERVICES runtime_services = {
    .GetVariable = get_variable,
    .SetVariable = set_variable,
};

void mock_map_add(UINT32 type, uint64_t start, uint64_t end, uint64_t attr)
{
    if ( start == end )
        return;

    if ( mock_firmware.nr_map == MOCK_MAX_MAP )
    {
        fprintf(stderr, "the mock's memory map is full\n");
        abort();
    }

    mock_firmware.map[mock_firmware.nr_map++] = (EFI_MEMORY_DESCRIPTOR){
        .Type = type,
        .PhysicalStart = start,
        .NumberOfPages = (end - start) / PAGE,
        .Attribute = attr,
    };
}

void mock_map_clear(void)
{
    static bool mapped;

    efi_rs = &runtime_services;
    mock_firmware.nr_map = 0;

    if ( !mapped && mmap((void *)MOCK_RAM, MOCK_RAM_SIZE,
                         PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
                         MAP_FIXED_NOREPLACE, -1, 0) != (void *)MOCK_RAM )
    {
        fprintf(stderr, "no memory at %#llx: %s\n", MOCK_RAM,
                strerror(errno));
        exit(2);
    }
    mapped = true;
}

void mock_exit_boot_services(void)
{
    unsigned int i;

    for ( i = 0; i < mock_firmware.nr_map; i++ )
        memcpy(final_map + i * DESC_SIZE, &mock_firmware.map[i],
               sizeof(mock_firmware.map[i]));

    efi_memmap = final_map;
    efi_memmap_size = mock_firmware.nr_map * DESC_SIZE;
    efi_mdesc_size = DESC_SIZE;
    mock_firmware.runtime = true;
}
