/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A boot of the model, by the loader and core that ship: builds the NVRAM and
 * the memory that the model's state stands for, lets Xen's files run on the
 * mock firmware, and reads back what became of it.  The same boot is run once
 * and remembered.
 */

#include "model.h"

#include "firmware.h"
#include "hypervisor.h"
#include "keys.h"
#include "shim.h"

#include <xen/numa.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MIB      (1ULL << 20)
#define A_START  MOCK_RAM
#define A_END    (MOCK_RAM + 64 * MIB)
#define U_END    (MOCK_RAM + 128 * MIB)
#define B_START  (MOCK_RAM + 192 * MIB)
#define B_END    (MOCK_RAM + 256 * MIB)
#define LOW_START (256 * MIB)
#define LOW_END  (1024 * MIB)
#define RAM_END  (MOCK_RAM + MOCK_RAM_SIZE)

#define ATTR_WB  0x8ULL
#define ATTR_SP  0x40000ULL

/* Where a counter stood when the record was written: about to wrap. */
#define COUNTER  UINT32_MAX

/* What a session that was confirmed left behind: see set_session(). */
static uint8_t token_digest[BOOTSCRUB_DIGEST_SIZE];
static uint8_t token[BOOTSCRUB_TOKEN_SIZE];
static uint8_t drawn[BOOTSCRUB_TOKEN_SIZE]; /* In the last boot. */
static uint64_t random_source;

/* What each configuration covers, and where its markers go. */
static struct coverage {
    uint8_t digest[BOOTSCRUB_DIGEST_SIZE];
    unsigned int nr;
    uint64_t place[BOOTSCRUB_MAX_MARKERS];
} coverages[2];

static void set_map(unsigned int map)
{
    mock_map_clear();
    mock_map_add(EfiConventionalMemory, LOW_START, LOW_END, ATTR_WB);
    mock_map_add(EfiConventionalMemory, A_START, A_END, ATTR_WB);
    mock_map_add(EfiLoaderData, A_END, U_END, ATTR_WB);
    if ( map != MAP_NO_B )
        mock_map_add(EfiConventionalMemory, B_START, B_END,
                     map == MAP_B_SPECIAL ? ATTR_WB | ATTR_SP : ATTR_WB);
}

static void set_coverage(struct coverage *c, unsigned int map)
{
    struct bootscrub_efi_map efi;
    struct bootscrub_ranges covered;

    set_map(map);
    efi = (struct bootscrub_efi_map){
        mock_firmware.map, mock_firmware.nr_map * sizeof(mock_firmware.map[0]),
        sizeof(mock_firmware.map[0])
    };
    bootscrub_covered(&efi, 0, 0, &covered);
    bootscrub_coverage_digest(&covered, c->digest);
    c->nr = bootscrub_marker_places(&covered, c->place);
}

static unsigned int region_of(uint64_t addr)
{
    return addr < A_END ? A : addr < B_START ? 0 : B;
}

static void set_record(const union boot_in *in)
{
    const struct coverage *c = &coverages[in->covered];
    struct mock_variable *v = &mock_firmware.record;
    struct bootscrub_record r = {
        .session = in->session, .unpaid = in->unpaid,
    };
    unsigned int i;

    v->there = in->record != REC_ABSENT;
    v->attr = MOCK_RECORD_ATTR;
    v->size = BOOTSCRUB_RECORD_SIZE;

    for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
    {
        r.counted[i] = in->counted & (1U << i);
        r.counter[i] = COUNTER;
    }
    for ( i = 0; i < c->nr; i++ )
        if ( in->marked & region_of(c->place[i]) )
            r.marker[r.nr_markers++] = c->place[i];
    memcpy(r.coverage, c->digest, sizeof(r.coverage));
    memcpy(r.token_digest, token_digest, sizeof(token_digest));
    bootscrub_record_encode(&r, v->data);

    if ( in->record == REC_FIRST )
    {
        /* Version and digest: see record.c. */
        v->data[4] = 1;
        sha2_256(v->data + 224, v->data, 224);
    }
    if ( in->record == REC_GARBAGE )
        v->data[BOOTSCRUB_RECORD_SIZE - 1] ^= 1;
    if ( in->record == REC_FORGED )
        v->attr |= EFI_VARIABLE_RUNTIME_ACCESS;
}

static void set_receipt(const union boot_in *in)
{
    struct mock_variable *v = &mock_firmware.receipt;
    uint8_t other[BOOTSCRUB_TOKEN_SIZE] = "another session.";

    v->there = in->receipt != RCPT_ABSENT;
    v->attr = MOCK_RECEIPT_ATTR;
    v->size = BOOTSCRUB_RECEIPT_SIZE;
    bootscrub_receipt_encode(in->receipt == RCPT_MATCHES ? token : other,
                             in->skipped, v->data);
    if ( in->receipt == RCPT_TAKEN_BACK )
        bootscrub_taken_back_encode(token, v->data);
}

/*
 * One cell in twenty loses its charge, and reads as 0.  Half of those held
 * that already.
 */
static void decay_page(uint8_t *page)
{
    uint32_t x = 1;
    unsigned int i;

    for ( i = 0; i < 8 * BOOTSCRUB_MARKER_SIZE; i++ )
    {
        x = x * 1664525 + 1013904223;
        if ( (x >> 16) % 20 == 0 )
            page[i / 8] &= ~(1U << (i % 8));
    }
}

/* What memory controllers add: the same in each line, and at each place. */
static void scramble_page(uint8_t *page)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_MARKER_SIZE; i++ )
        page[i] ^= (i % 64 + 1) * 0x9d >> 1;
}

static void make_page(uint8_t *page, uint64_t addr, unsigned int seen)
{
    bootscrub_marker_fill(page, addr);

    switch ( seen )
    {
    case SEEN_NOISE:
        change_key(page, addr, 128, 1, 2);
        break;

    case SEEN_KEY_DECAYED:
        encrypt_page(page, addr, 128, 1);
        decay_page(page);
        decrypt_page(page, addr, 128, 1);
        break;

    case SEEN_RAW_DECAYED:
        decay_page(page);
        break;

    case SEEN_SCRAMBLED:
        scramble_page(page);
        break;
    }
}

/* What is planted, and what may become of it: worked out once. */
static const void *page_at(uint64_t addr, unsigned int seen)
{
    static struct {
        uint64_t addr;
        unsigned int seen;
        uint8_t page[BOOTSCRUB_MARKER_SIZE];
    } known[16 * BOOTSCRUB_MAX_MARKERS];
    unsigned int i;

    for ( i = 0; known[i].addr; i++ )
        if ( known[i].addr == addr && known[i].seen == seen )
            return known[i].page;

    known[i].addr = addr;
    known[i].seen = seen;
    make_page(known[i].page, addr, seen);

    return known[i].page;
}

static void set_page(uint64_t addr, unsigned int seen)
{
    switch ( seen )
    {
    case SEEN_CONST:
    case SEEN_ZERO:
        memset((void *)addr, seen == SEEN_ZERO ? 0 : 0xaf,
               BOOTSCRUB_MARKER_SIZE);
        break;

    default:
        memcpy((void *)addr, page_at(addr, seen), BOOTSCRUB_MARKER_SIZE);
        break;
    }
}

static void set_pages(const union boot_in *in)
{
    unsigned int i, j;

    for ( i = 0; i < 2; i++ )
        for ( j = 0; j < coverages[i].nr; j++ )
        {
            uint64_t addr = coverages[i].place[j];

            if ( region_of(addr) )
                set_page(addr, region_of(addr) == A ? in->seen_a
                                                    : in->seen_b);
        }
}

static void set_counters(const union boot_in *in)
{
    struct mock_firmware *f = &mock_firmware;

    /* 2 stands for any number but the two before. */
    f->count = (uint64_t)(uint32_t)(COUNTER + in->monotonic) << 32;
    f->no_counter = in->fault == FAULT_NO_COUNTER;
    f->no_tpm = !in->tpm_there || in->fault == FAULT_NO_TPM;
    f->tpm_reset = COUNTER + in->tpm;
    f->tpm_restart = in->hidden;
}

static void set_fault(const union boot_in *in, struct mock_boot *b)
{
    static const struct mock_plan plans[NR_FAULTS] = {
        [FAULT_FULL] = { 1, 's', MOCK_FAIL, EFI_OUT_OF_RESOURCES },
        [FAULT_NO_DELETION] = { 1, 'd', MOCK_FAIL, EFI_DEVICE_ERROR },
        [CUT_BEFORE_DELETION] = { 1, 'd', MOCK_CUT_BEFORE, 0 },
        [CUT_AFTER_DELETION] = { 1, 'd', MOCK_CUT_AFTER, 0 },
        [FAULT_DROPPED] = { 1, 's', MOCK_FAIL, EFI_SUCCESS },
        [FAULT_DONE_BUT] = { 1, 's', MOCK_LIE, EFI_DEVICE_ERROR },
        [FAULT_RECEIPT] = { 1, 't', MOCK_FAIL, EFI_DEVICE_ERROR },
        [FAULT_NO_POOL] = { 1, 'p', MOCK_FAIL, EFI_OUT_OF_RESOURCES },
        [CUT_BEFORE_MARKERS] = { 1, 'a', MOCK_CUT_BEFORE, 0 },
        [CUT_IN_MARKERS] = { 1, 'a', MOCK_CUT_AFTER, 0 },
        [CUT_BEFORE_RECORD] = { 1, 's', MOCK_CUT_BEFORE, 0 },
        [CUT_AFTER_RECORD] = { 1, 's', MOCK_CUT_AFTER, 0 },
        [CUT_BEFORE_RECEIPT] = { 1, 't', MOCK_CUT_BEFORE, 0 },
        [CUT_AFTER_RECEIPT] = { 1, 't', MOCK_CUT_AFTER, 0 },
        [FAULT_PANIC] = { 1, 't', MOCK_CUT_BEFORE, 0 },
    };
    struct mock_firmware *f = &mock_firmware;

    f->plan = plans[in->fault];
    f->no_rng = in->fault == FAULT_NO_RANDOM;
    f->set_status = in->read_only ? EFI_WRITE_PROTECTED
                  : in->fault == FAULT_STUCK ? EFI_DEVICE_ERROR
                  : EFI_SUCCESS;
    f->random = random_source;
    b->cut_scrub = in->fault == CUT_IN_SCRUB;
    b->runtime_services = in->entry == ENTRY_EFI &&
                          in->fault != FAULT_NO_RUNTIME;
}

/*
 * AMD, where the C-bit shows whether TSME is on; or PSPs, if one of them
 * knows better, or the packages differ.
 */
static void set_amd(const union boot_in *in, struct mock_boot *b)
{
    b->regs = (struct memcrypt_regs){
        .hypervisor = in->virtual, .amd = true, .sme = true,
        .readable = in->report != SAYS_NOTHING, .syscfg = SYSCFG_SME,
        .cbit = 47, .maxphysaddr = 43,
    };
    b->cbit_matters = in->enc == ENC_OFF && in->report != SAYS_ACTIVE;
    if ( in->enc == ENC_A_ONLY )
        mock_psps(2, MOCK_PSP_PLAIN);
    if ( in->report == SAYS_BYPASSED )
        mock_psps(1, MOCK_PSP_PLAIN);
}

/* Intel, document 336907, tables 4-2 and 4-4. */
static void set_intel(const union boot_in *in, struct memcrypt_regs *r)
{
    *r = (struct memcrypt_regs){
        .hypervisor = in->virtual, .intel = true, .tme = true,
        .readable = true, .maxphysaddr = 46,
        .activate = in->key_says == SAYS_RESTORED ? 7 : 3,
    };

    if ( in->enc == ENC_OFF )
        r->activate = 1;
    if ( in->enc == ENC_EXCLUDE_B )
    {
        r->exclude_mask = ((1ULL << 46) - 64 * MIB) | (1U << 11);
        r->exclude_base = B_START;
    }

    switch ( in->report )
    {
    case SAYS_BYPASSED:
        r->activate = 0x80000003;
        break;

    case SAYS_UNLOCKED:
        r->activate = 2;
        break;

    case SAYS_UNSUPPORTED:
        r->tme = r->readable = false;
        break;

    case SAYS_NOTHING:
        r->readable = false;
        break;

    case SAYS_AMD:
        r->intel = r->tme = false;
        r->amd = true;
        break;

    case SAYS_ACTIVE:
        r->activate = 3;
        break;
    }
}

static void set_boot(const union boot_in *in, struct mock_boot *b)
{
    static const char *const options[] = {
        [OPT_PLAIN] = "auto", [OPT_ENCRYPTED] = "auto,assert-encrypted",
        [OPT_FALLBACK] = "auto,fallback=on",
        [OPT_BOTH] = "auto,assert-encrypted,fallback=on",
    };

    *b = (struct mock_boot){
        .options = options[in->options],
        .loader = in->entry == ENTRY_KEXEC ? "kexec 2.0.25" : "GRUB 2.06",
        .efi = in->entry == ENTRY_EFI,
        .nr_cpus = in->cpus == ASKED_NONE ? 1 : 2,
        .cpu = { { .apic_id = 0, .node = 0 },
                 { .apic_id = 1, .node = 1, .down = in->cpus == ASKED_DOWN,
                   .differs = in->cpus == ASKED_DISAGREE } },
        .srat_unused = in->cpus == ASKED_NUMA_OFF,
        .no_srat = in->no_srat,
        .node1 = B_START,
        .heap = { 0, in->heap == HEAP_LIMITED ? B_START : RAM_END },
        .nr_probes = 4,
        .probe = { { A_START, A_END }, { B_START, B_END }, { A_END, U_END },
                   { LOW_START, LOW_END } },
    };

    /* No processor has an ID like these; servers and laptops list them. */
    if ( in->placeholders )
    {
        b->cpu[b->nr_cpus++] = (struct mock_cpu){
            .apic_id = UINT32_MAX, .node = NUMA_NO_NODE, .disabled = true,
            .x2apic_entry = true,
        };
        b->cpu[b->nr_cpus++] = (struct mock_cpu){
            .apic_id = 0x17161514, .node = NUMA_NO_NODE, .unknown = true,
            .x2apic_entry = true,
        };
    }
    if ( in->heap == HEAP_CRASH_AREA )
        b->crash = (struct bootscrub_range){ B_START, B_END };
    if ( in->map == MAP_NO_B )
        b->probe[1].end = B_START;

    mock_psps(0, 0);
    if ( in->amd )
        set_amd(in, b);
    else
        set_intel(in, &b->regs);
    set_fault(in, b);
}

/* Can whoever reads @buf make a receipt that confirms the record? */
static bool forgeable(const struct bootscrub_record *r, const uint8_t *buf,
                      unsigned int size)
{
    uint8_t receipt[BOOTSCRUB_RECEIPT_SIZE];
    unsigned int i;

    for ( i = 0; i + BOOTSCRUB_TOKEN_SIZE <= size; i += 8 )
    {
        /* As of a skip, which shows the token itself; then as of a scrub. */
        bootscrub_receipt_encode(buf + i, true, receipt);
        if ( bootscrub_receipt_decode(r, receipt, sizeof(receipt)) )
            return true;
        receipt[24] = 0;
        if ( bootscrub_receipt_decode(r, receipt, sizeof(receipt)) )
            return true;
    }

    return bootscrub_receipt_decode(r, receipt, 0);
}

static void get_nvram(const union boot_in *in, const uint8_t *before,
                      struct boot_out *out)
{
    const struct mock_variable *v = &mock_firmware.record;
    const struct mock_variable *receipt = &mock_firmware.receipt;
    enum bootscrub_receipt says;
    struct bootscrub_record r;
    unsigned int i;

    out->record = in->record;
    out->receipt = receipt->there ? in->receipt : RCPT_ABSENT;

    if ( !v->there )
        out->record = REC_ABSENT;
    else if ( memcmp(v->data, before, v->size) )
    {
        if ( !bootscrub_record_decode(&r, v->data, v->size) )
            abort();

        out->new_record = true;
        out->record = REC_VALID;
        out->session = r.session;
        out->covered = !!memcmp(r.coverage, coverages[0].digest,
                                sizeof(r.coverage));
        for ( i = 0; i < BOOTSCRUB_NR_COUNTERS; i++ )
            out->counted |= r.counted[i] << i;
        for ( i = 0; i < r.nr_markers; i++ )
            out->marked |= region_of(r.marker[i]);
        out->unpaid = r.unpaid;
        says = bootscrub_receipt_decode(&r, receipt->data, receipt->size);
        out->skipped = receipt->there && says == BOOTSCRUB_RECEIPT_SKIPPED;
        out->receipt = !receipt->there ? RCPT_ABSENT
                     : says ? RCPT_MATCHES
                     : bootscrub_is_taken_back(&r, receipt->data,
                                               receipt->size)
                     ? RCPT_TAKEN_BACK : RCPT_OTHER;
        out->told = out->receipt == RCPT_MATCHES ||
                    forgeable(&r, v->data, v->size) ||
                    (receipt->there &&
                     forgeable(&r, receipt->data, receipt->size));
    }
}

/* Which regions' pages are as they are planted, now that the boot is over? */
static void get_pages(struct boot_out *out)
{
    const struct coverage *c = &coverages[0];
    unsigned int i;

    for ( i = 0; i < c->nr; i++ )
        if ( region_of(c->place[i]) &&
             !memcmp((void *)c->place[i],
                     page_at(c->place[i], SEEN_PLANTED),
                     BOOTSCRUB_MARKER_SIZE) )
            out->planted |= region_of(c->place[i]);
}

/* Can it be seen that encryption is off?  The C-bit takes new markers. */
static bool off_shows(const union boot_in *in)
{
    return in->report == SAYS_TRUE &&
           (!in->amd || (in->entry == ENTRY_EFI &&
                         in->fault != FAULT_NO_POOL));
}

/* Can what was planted be read, or recognised at least? */
static bool is_readable(unsigned int seen)
{
    return seen == SEEN_PLANTED || seen == SEEN_KEY_DECAYED ||
           seen == SEEN_RAW_DECAYED || seen == SEEN_SCRAMBLED;
}

/* Is there evidence against a skip that nothing overrides? */
static bool is_against(const union boot_in *in)
{
    return in->virtual || in->entry == ENTRY_KEXEC ||
           (in->enc == ENC_OFF && off_shows(in)) ||
           in->report == SAYS_BYPASSED || in->report == SAYS_UNLOCKED ||
           in->report == SAYS_UNSUPPORTED ||
           in->cpus == ASKED_DISAGREE ||
           (in->key_says == SAYS_RESTORED && in->report == SAYS_TRUE) ||
           (in->entry == ENTRY_EFI && in->record == REC_VALID &&
            in->fault != FAULT_NO_POOL &&
            (in->session == BOOTSCRUB_SESSION_PLAINTEXT ||
             ((in->marked & A) && is_readable(in->seen_a)) ||
             ((in->marked & B) && is_readable(in->seen_b) &&
              in->map != MAP_NO_B && in->cpus != ASKED_NONE)));
}

/* What is proved, asserted or not; a region is a node. */
static void get_evidence(const struct mock_result *result,
                         struct boot_out *out)
{
    const struct bootscrub_options plain = {};
    struct bootscrub_verdict v;
    unsigned int i;

    bootscrub_decide(&result->facts, &plain, &v);
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        out->proved |= (v.gate[i] == BOOTSCRUB_R_PROVEN) << i;
    if ( v.share[0] == BOOTSCRUB_NODE_SKIPPED )
        out->shown |= A;
    if ( v.share[1] == BOOTSCRUB_NODE_SKIPPED )
        out->shown |= B;
}

static void run(const union boot_in *in, struct boot_out *out)
{
    struct mock_result result;
    struct mock_boot b;
    uint8_t before[sizeof(mock_firmware.record.data)];
    unsigned int i;

    set_map(in->map);
    set_record(in);
    set_receipt(in);
    set_pages(in);
    set_counters(in);
    set_boot(in, &b);
    memcpy(before, mock_firmware.record.data, sizeof(before));

    mock_run(&b, &result);
    memcpy(drawn, result.token, sizeof(drawn));

    *out = (struct boot_out){
        .off = result.off,
        .action = result.verdict.action,
        .reason = result.verdict.reason,
        .contradiction = result.verdict.contradiction,
        .scrubbed = result.scrubbed,
        .crash_cleared = result.crash_cleared,
        .against = is_against(in),
        .lost_encryption = result.verdict.lost_encryption,
    };
    get_evidence(&result, out);
    for ( i = 0; i < b.nr_probes; i++ )
    {
        out->unmarked |= result.unmarked[i] << i;
        out->unmarked_late |= result.unmarked_late[i] << i;
    }
    get_nvram(in, before, out);
    get_pages(out);
}

/* Which token goes with which digest is for the code that ships to say. */
static void set_session(void)
{
    static const union boot_in first = { .map = MAP_NORMAL };
    struct bootscrub_record r;
    struct boot_out out;

    /* Any but what later boots draw from. */
    random_source = 2;
    run(&first, &out);
    random_source = 1;
    if ( !bootscrub_record_decode(&r, mock_firmware.record.data,
                                  mock_firmware.record.size) )
    {
        fprintf(stderr, "model: the first boot leaves no record\n");
        exit(2);
    }
    memcpy(token_digest, r.token_digest, sizeof(token_digest));
    memcpy(token, drawn, sizeof(token));
}

/* Only for what should never go there: a marker below 4 GiB. */
static void map_low_memory(void)
{
    if ( mmap((void *)LOW_START, LOW_END - LOW_START, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
              MAP_FIXED_NOREPLACE, -1, 0) != (void *)LOW_START )
    {
        perror("model: no memory below 4 GiB");
        exit(2);
    }
}

/* What was run is remembered; the table grows, and nothing is forgotten. */
static struct memo {
    union boot_in in;
    struct boot_out out;
    bool used;
} *memos;
static unsigned int nr_run, nr_memos, memo_bits = 16;

static struct memo *memo_of(union boot_in in)
{
    size_t i = in.all * 0x9e3779b97f4a7c15ULL >> (64 - memo_bits);

    while ( memos[i].used && memos[i].in.all != in.all )
        i = (i + 1) & (((size_t)1 << memo_bits) - 1);

    return &memos[i];
}

static struct memo *new_memos(void)
{
    struct memo *m = calloc((size_t)1 << memo_bits, sizeof(*m));

    if ( !m )
    {
        fprintf(stderr, "model: out of memory\n");
        exit(2);
    }

    return m;
}

static void grow_memos(void)
{
    struct memo *old = memos;
    size_t i, nr = (size_t)1 << memo_bits;

    memo_bits++;
    memos = new_memos();
    for ( i = 0; i < nr; i++ )
        if ( old[i].used )
            *memo_of(old[i].in) = old[i];
    free(old);
}

static void start(void)
{
    memos = new_memos();
    map_low_memory();
    set_coverage(&coverages[0], MAP_NORMAL);
    set_coverage(&coverages[1], MAP_NO_B);
    set_session();
}

/*
 * Entered without boot services, Xen sees neither NVRAM nor counters nor
 * markers, and changes none of them: it is the same boot whatever they hold.
 * Of a record that is not valid, and of pages that a valid one does not name,
 * it sees as little.
 */
static union boot_in seen_by_boot(union boot_in in)
{
    if ( !merging )
        return in;

    if ( in.entry != ENTRY_EFI )
    {
        in.record = in.receipt = 0;
        in.read_only = in.hidden = in.tpm_there = 0;
    }
    if ( in.record == REC_ABSENT || in.record == REC_GARBAGE )
    {
        in.session = in.covered = in.counted = in.marked = 0;
        in.unpaid = in.skipped = 0;
    }
    if ( !(in.counted & 1) )
        in.monotonic = 0;
    if ( !(in.counted & 2) )
        in.tpm = 0;
    if ( !(in.marked & A) )
        in.seen_a = 0;
    if ( !(in.marked & B) )
        in.seen_b = 0;

    return in;
}

/* The outcome of the boot @in, out of that of what stands for it. */
static struct boot_out outcome(const union boot_in *in,
                               const struct boot_out *merged)
{
    struct boot_out out = *merged;

    if ( merging && in->entry != ENTRY_EFI )
    {
        out.record = in->record;
        out.receipt = in->receipt;
    }

    return out;
}

/* Some boots that were merged are run for themselves, too. */
static void check_outcome(const union boot_in *in, const struct boot_out *out)
{
    struct boot_out own, want = *out;

    memset(&own, 0, sizeof(own));
    run(in, &own);

    /* What was planted before may still be so, without being named. */
    if ( in->seen_a == SEEN_PLANTED )
        own.planted |= A, want.planted |= A;
    if ( in->seen_b == SEEN_PLANTED )
        own.planted |= B, want.planted |= B;

    if ( !memcmp(&own, &want, sizeof(own)) )
        return;

    fprintf(stderr, "model: a boot differs from what stands for it: %#lx\n",
            in->all);
    abort();
}

const struct boot_out *boot(const union boot_in *in)
{
    static struct boot_out out;
    static unsigned int nr_merged;
    union boot_in facts = seen_by_boot(*in);
    struct memo *m;

    if ( !memos )
        start();

    m = memo_of(facts);
    if ( !m->used )
    {
        if ( ++nr_memos > 1U << (memo_bits - 1) )
        {
            grow_memos();
            m = memo_of(facts);
        }
        m->used = true;
        m->in = facts;
        run(&facts, &m->out);
        nr_run++;
    }

    out = outcome(in, &m->out);
    if ( facts.all != in->all && !(nr_merged++ % 1024) )
        check_outcome(in, &out);

    return &out;
}

unsigned int boots_run(void)
{
    return nr_run;
}

bool boot_counts_tpm(void)
{
    static const union boot_in in = { .tpm_there = 1 };
    static int counts = -1;

    if ( counts < 0 )
        counts = !!(boot(&in)->counted & (1U << BOOTSCRUB_TPM_RESET));

    return counts;
}

const char *reason_token(unsigned int reason)
{
    static const char *const tokens[] = {
#define REASON(id, token, state, sentence, remedy) token,
#include <xen/bootscrub-reasons.h>
    };

    return tokens[reason];
}
