/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto and the firmware: variables, counters and markers, while boot
 * services are alive; the receipt, at run time.
 *
 * With multiboot2 all but the last runs at the address where the boot loader
 * put Xen, not where it was linked for: no pointer in static data, no printk.
 * What is found goes to Xen in bootscrub_loader.
 *
 * The order is what makes a power cut harmless: the old record and receipt
 * are read, markers read and planted, and only then does the new record
 * replace the old one, which makes the old receipt worthless.
 */

#include "efi.h"

#include <xen/bootscrub.h>
#include <xen/errno.h>
#include <xen/init.h>
#include <xen/sha2.h>
#include <xen/string.h>

#include <asm/memcrypt.h>
#include <asm/processor.h>

#define RECORD_ATTR  (EFI_VARIABLE_NON_VOLATILE | \
                      EFI_VARIABLE_BOOTSERVICE_ACCESS)
#define RECEIPT_ATTR (RECORD_ATTR | EFI_VARIABLE_RUNTIME_ACCESS)

struct bootscrub_loader __initdata bootscrub_loader;

static EFI_GUID __initdata vendor_guid = {
    0x3078a4d4, 0x5512, 0x44a4,
    { 0xa3, 0x9b, 0x14, 0xaa, 0x25, 0xc4, 0x63, 0x48 }
};
static CHAR16 __initdata record_name[] = L"BootScrubRecord";
static CHAR16 __initdata receipt_name[] = L"BootScrubReceipt";

/* UEFI 2.10, section 37.5: EFI_RNG_PROTOCOL. */
static EFI_GUID __initdata rng_guid = {
    0x3152bca5, 0xeade, 0x433d,
    { 0x86, 0x2e, 0xc0, 0x1c, 0xdc, 0x29, 0x1f, 0x44 }
};

struct rng_protocol {
    void *get_info;
    EFI_STATUS (EFIAPI *get_rng)(struct rng_protocol *this,
                                 EFI_GUID *algorithm, UINTN size,
                                 UINT8 *value);
};

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

/* 64 random bits from the processor: Intel SDM, vol. 1, section 7.3.17. */
static bool __init rdrand(uint64_t *val)
{
    unsigned int tries, eax, ebx, ecx, edx;
    bool ok = false;

    cpuid(1, &eax, &ebx, &ecx, &edx);
    if ( !(ecx & (1U << 30)) )
        return false;

    for ( tries = 0; !ok && tries < 10; tries++ )
        asm volatile ( "rdrand %0; setc %1" : "=r" (*val), "=qm" (ok) );

    return ok;
}

/* Broken sources give the same value each time, all ones above all. */
static bool __init looks_random(const uint8_t *buf)
{
    uint64_t lo, hi;

    memcpy(&lo, buf, sizeof(lo));
    memcpy(&hi, buf + sizeof(lo), sizeof(hi));

    return lo != hi && lo + 1 > 1 && hi + 1 > 1;
}

/* Fill the 16 bytes at @buf. */
static bool __init random_bytes(const EFI_BOOT_SERVICES *bs, uint8_t *buf)
{
    struct rng_protocol *rng;
    uint64_t lo, hi;

    if ( rdrand(&lo) && rdrand(&hi) )
    {
        memcpy(buf, &lo, sizeof(lo));
        memcpy(buf + sizeof(lo), &hi, sizeof(hi));

        if ( looks_random(buf) )
            return true;
    }

    return bs->LocateProtocol(&rng_guid, NULL, (void **)&rng) == EFI_SUCCESS &&
           rng->get_rng(rng, NULL, 16, buf) == EFI_SUCCESS &&
           looks_random(buf);
}

/*
 * Fetch a variable that must have exactly @attr and @size.  One that has not
 * is somebody else's: it is deleted, as it would be in the way of ours.
 */
static enum bootscrub_recorded __init
get_variable(CHAR16 *name, UINT32 attr, void *buf, UINTN size)
{
    UINT32 found = 0;
    UINTN len = size;
    EFI_STATUS status = efi_rs->GetVariable(name, &vendor_guid, &found, &len,
                                            buf);

    if ( status == EFI_NOT_FOUND )
        return BOOTSCRUB_RECORD_ABSENT;

    if ( status == EFI_SUCCESS && found == attr && len == size )
        return BOOTSCRUB_RECORD_VALID;

    efi_rs->SetVariable(name, &vendor_guid, 0, 0, NULL);

    return BOOTSCRUB_RECORD_INVALID;
}

/* A response that is too short leaves zeros, which are not a valid one. */
static bool __init read_tpm(const EFI_BOOT_SERVICES *bs, uint32_t *resets)
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

static void __init read_counters(const EFI_BOOT_SERVICES *bs)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    UINT64 count;

    if ( bs->GetNextMonotonicCount(&count) == EFI_SUCCESS )
    {
        l->counted[BOOTSCRUB_MONOTONIC] = true;
        l->counter[BOOTSCRUB_MONOTONIC] = count >> 32;
    }

    l->counted[BOOTSCRUB_TPM_RESET] =
        read_tpm(bs, &l->counter[BOOTSCRUB_TPM_RESET]);
}

static void __init read_variables(void)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    uint8_t record[BOOTSCRUB_RECORD_SIZE], receipt[BOOTSCRUB_RECEIPT_SIZE];
    bool have_receipt;

    l->recorded = get_variable(record_name, RECORD_ATTR, record,
                               sizeof(record));
    have_receipt = get_variable(receipt_name, RECEIPT_ATTR, receipt,
                                sizeof(receipt)) == BOOTSCRUB_RECORD_VALID;

    if ( l->recorded != BOOTSCRUB_RECORD_VALID )
        return;

    if ( !bootscrub_record_decode(&l->previous, record, sizeof(record)) )
    {
        l->recorded = BOOTSCRUB_RECORD_INVALID;
        return;
    }

    l->receipt = have_receipt &&
                 bootscrub_receipt_confirms(&l->previous, receipt,
                                            sizeof(receipt));
}

static bool __init get_map(const EFI_BOOT_SERVICES *bs,
                           struct bootscrub_efi_map *map)
{
    UINTN size = 0, key, desc_size = 0;
    UINT32 version;
    void *buf;

    bs->GetMemoryMap(&size, NULL, &key, &desc_size, &version);

    /* Room for what the allocation itself changes. */
    size += 8 * desc_size;
    if ( bs->AllocatePool(EfiLoaderData, size, &buf) != EFI_SUCCESS )
        return false;

    if ( bs->GetMemoryMap(&size, buf, &key, &desc_size,
                          &version) != EFI_SUCCESS )
    {
        bs->FreePool(buf);
        return false;
    }

    *map = (struct bootscrub_efi_map){ buf, size, desc_size };

    return true;
}

/* Addresses out of NVRAM are followed only to where there is memory. */
static void __init read_markers(const struct bootscrub_efi_map *map)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    const struct bootscrub_record *r = &l->previous;
    unsigned int i;

    for ( i = 0; i < r->nr_markers; i++ )
    {
        enum bootscrub_marker class = BOOTSCRUB_MARKER_OVERWRITTEN;
        uint64_t addr = r->marker[i];

        if ( bootscrub_readable_page(map, addr) )
            class = bootscrub_marker_classify((void *)addr, addr, r->seed);

        l->noise[i] = class == BOOTSCRUB_MARKER_NOISE;
        l->markers[class]++;
    }
}

/* From the caches to DRAM; 32 is the smallest line size there is. */
static void __init flush_page(const void *page)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_MARKER_SIZE; i += 32 )
        asm volatile ( "clflush %0"
                       :: "m" (*((const volatile char *)page + i)) );

    asm volatile ( "mfence" ::: "memory" );
}

/*
 * EfiUnusableMemory stays out of the heap, and out of everything that dom0
 * can map.  It comes back with the next reset.
 */
static bool __init plant_marker(const EFI_BOOT_SERVICES *bs, uint64_t addr,
                                const uint8_t *seed)
{
    EFI_PHYSICAL_ADDRESS page = addr;

    if ( bs->AllocatePages(AllocateAddress, EfiUnusableMemory, 1,
                           &page) != EFI_SUCCESS )
        return false;

    bootscrub_marker_fill((void *)addr, addr, seed);
    flush_page((void *)addr);

    return bootscrub_marker_classify((void *)addr, addr, seed) ==
           BOOTSCRUB_MARKER_READABLE;
}

static void __init plant_markers(const EFI_BOOT_SERVICES *bs,
                                 const struct bootscrub_efi_map *map,
                                 struct bootscrub_record *r)
{
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
    struct bootscrub_ranges ranges;
    unsigned int i, nr;

    bootscrub_conventional(map, &ranges);
    bootscrub_ranges_intersect(&ranges, &bootscrub_loader.covered);
    nr = bootscrub_marker_places(&ranges, place);

    for ( i = 0; i < nr; i++ )
        if ( plant_marker(bs, place[i], r->seed) )
            r->marker[r->nr_markers++] = place[i];
}

static bool __init write_record(const struct bootscrub_record *r)
{
    uint8_t buf[BOOTSCRUB_RECORD_SIZE], back[BOOTSCRUB_RECORD_SIZE];

    bootscrub_record_encode(r, buf);

    return efi_rs->SetVariable(record_name, &vendor_guid, RECORD_ATTR,
                               sizeof(buf), buf) == EFI_SUCCESS &&
           get_variable(record_name, RECORD_ATTR, back,
                        sizeof(back)) == BOOTSCRUB_RECORD_VALID &&
           !memcmp(buf, back, sizeof(buf));
}

/* What drawing and hashing the token left on the stack. */
static void noinline __init wipe_stack(void)
{
    volatile uint8_t below[4096];
    unsigned int i;

    for ( i = 0; i < sizeof(below); i++ )
        below[i] = 0;
}

static enum bootscrub_session __init
session_of(const struct memcrypt *memcrypt)
{
    switch ( memcrypt->state )
    {
    case MEMCRYPT_ACTIVE:
        return BOOTSCRUB_SESSION_ENCRYPTED;

    case MEMCRYPT_UNKNOWN:
        return BOOTSCRUB_SESSION_UNKNOWN;

    default:
        return BOOTSCRUB_SESSION_PLAINTEXT;
    }
}

static enum bootscrub_writable noinline __init
record_session(const EFI_BOOT_SERVICES *bs,
               const struct bootscrub_efi_map *map,
               struct bootscrub_record *r)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    unsigned int i;

    if ( !random_bytes(bs, l->token) || !random_bytes(bs, r->seed) )
        return BOOTSCRUB_NO_ENTROPY;

    sha2_256(r->token_digest, l->token, sizeof(l->token));

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        r->counted[i] = l->counted[i];
        r->counter[i] = l->counter[i];
    }

    plant_markers(bs, map, r);

    return write_record(r) ? BOOTSCRUB_WRITTEN : BOOTSCRUB_NOT_WRITTEN;
}

static bool __init is_requested(const char *cmdline)
{
    bool requested = bootscrub_scan(CONFIG_CMDLINE, false);

#ifndef CONFIG_CMDLINE_OVERRIDE
    requested = bootscrub_scan(cmdline, requested);
#endif

    return requested;
}

void __init efi_bootscrub(const EFI_BOOT_SERVICES *bs, const char *cmdline)
{
    struct bootscrub_loader *l = &bootscrub_loader;
    struct bootscrub_record new = {};
    struct bootscrub_efi_map map;
    struct memcrypt_regs regs;
    struct memcrypt memcrypt;

    if ( !is_requested(cmdline) )
        return;

    l->ran = true;
    l->written = BOOTSCRUB_NOT_WRITTEN;
    l->token_maddr = (unsigned long)l->token;

    read_counters(bs);
    read_variables();

    if ( !get_map(bs, &map) )
        return;

    memcrypt_read_early(&regs);
    if ( regs.amd )
        efi_memcrypt_psp(bs, &l->psp);
    regs.psp = l->psp;
    memcrypt_decode(&regs, &memcrypt);
    new.session = session_of(&memcrypt);

    bootscrub_covered(&map, memcrypt.exclude, memcrypt.exclude_end,
                      &l->covered);
    bootscrub_coverage_digest(&l->covered, new.coverage);

    if ( l->recorded == BOOTSCRUB_RECORD_VALID )
    {
        l->same_coverage = !memcmp(new.coverage, l->previous.coverage,
                                   sizeof(new.coverage));
        read_markers(&map);
    }

    l->written = record_session(bs, &map, &new);
    l->planted = new;
    wipe_stack();
    bs->FreePool((void *)map.desc);
}

void __init efi_bootscrub_clean(struct bootscrub_ranges *clean)
{
    const struct bootscrub_efi_map map = {
        efi_memmap, efi_memmap_size, efi_mdesc_size
    };

    bootscrub_conventional(&map, clean);
    bootscrub_ranges_intersect(clean, &bootscrub_loader.covered);
}

int __init efi_bootscrub_receipt(const uint8_t token[BOOTSCRUB_TOKEN_SIZE])
{
    uint8_t buf[BOOTSCRUB_RECEIPT_SIZE];
    EFI_STATUS status;

    bootscrub_receipt_encode(token, buf);
    status = efi_rs_set_variable(receipt_name, &vendor_guid, RECEIPT_ATTR,
                                 sizeof(buf), buf);
    memset(buf, 0, sizeof(buf));

    return status == EFI_SUCCESS ? 0 : -EIO;
}
