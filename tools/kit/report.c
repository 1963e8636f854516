/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report: all that was seen, as YAML.  docs/hardware/schema.json has its
 * form.
 */

#include "kit.h"

#include "efi.h"
#include "xen.h"
#include "names.h"

#define FORMAT 1
#define ROOM   (1UL << 20)
#define MAX_NODES_LISTED BOOTSCRUB_MAX_NODES

static const char *yes(bool b)
{
    return b ? "true" : "false";
}

static void add_time(struct text *t, const EFI_TIME *when)
{
    if ( !when->Year )
        add(t, "null");
    else
        add(t, "\"%04u-%02u-%02uT%02u:%02u:%02u\"", when->Year, when->Month,
            when->Day, when->Hour, when->Minute, when->Second);
}

static void add_machine(struct text *t, const struct machine *m)
{
    struct processor p;

    add(t, "firmware:\n  vendor: \"%s\"\n  version: \"%s\"\n  date: \"%s\"\n"
        "  uefi: \"%u.%u\"\n", m->firmware_vendor, m->firmware_version,
        m->firmware_date, ST->Hdr.Revision >> 16, ST->Hdr.Revision & 0xffff);
    add(t, "system:\n  vendor: \"%s\"\n  product: \"%s\"\n  version: \"%s\"\n",
        m->vendor, m->product, m->product_version);
    add(t, "board:\n  vendor: \"%s\"\n  product: \"%s\"\n  version: \"%s\"\n",
        m->board_vendor, m->board, m->board_version);

    cpus_identify(&p);
    add(t, "processor:\n  vendor: %s\n  name: \"%s\"\n  signature: 0x%08x\n"
        "  microcode: 0x%08x\n", p.vendor, p.name, p.signature, p.microcode);
}

static void add_modules(struct text *t, const struct machine *m)
{
    unsigned int i;

    add(t, "memory:\n  ecc: %s\n  modules:%s\n",
        dmi_ecc_name(m->ecc), m->nr_modules ? "" : " []");
    for ( i = 0; i < m->nr_modules; i++ )
        add(t, "  - {mib: %lu, type: %u, total-width: %u, data-width: %u, "
            "speed: %u, vendor: \"%s\"}\n", m->module[i].mib,
            m->module[i].type, m->module[i].total_width,
            m->module[i].data_width, m->module[i].speed, m->module[i].vendor);
}

static const EFI_MEMORY_DESCRIPTOR *descriptor(UINTN at)
{
    return (const void *)((const uint8_t *)efi_memmap + at);
}

/* Neighbours of one type and with the same attributes are one line. */
static void add_map(struct text *t)
{
    UINTN at, next;

    add(t, "  map:\n");
    for ( at = 0; at < efi_memmap_size; at = next )
    {
        const EFI_MEMORY_DESCRIPTOR *d = descriptor(at);
        UINT64 end = d->PhysicalStart + (d->NumberOfPages << PAGE_SHIFT);

        for ( next = at + efi_mdesc_size; next < efi_memmap_size;
              next += efi_mdesc_size )
        {
            const EFI_MEMORY_DESCRIPTOR *n = descriptor(next);

            if ( n->Type != d->Type || n->Attribute != d->Attribute ||
                 n->PhysicalStart != end )
                break;

            end += n->NumberOfPages << PAGE_SHIFT;
        }

        add(t, "  - {start: 0x%lx, end: 0x%lx, type: %u, attributes: 0x%lx}\n",
            d->PhysicalStart, end, d->Type, d->Attribute);
    }
}

static void add_registers(struct text *t, const struct step *step)
{
    unsigned int i;

    add(t, "  processors: %u\n  processors-without-answer: %u\n"
        "  registers:\n", step->processors, step->unasked);
    for ( i = 0; i < step->nr_sets; i++ )
    {
        const struct memcrypt_regs *r = &step->set[i].regs;

        add(t, "  - processors: %u\n    first-apic-id: %u\n", step->set[i].nr,
            step->set[i].first);
        add(t, "    tme: %s\n    sme: %s\n    readable: %s\n", yes(r->tme),
            yes(r->sme), yes(r->readable));
        if ( r->tme )
            add(t, "    capability: 0x%lx\n    activate: 0x%lx\n"
                "    exclude-mask: 0x%lx\n    exclude-base: 0x%lx\n",
                r->capability, r->activate, r->exclude_mask, r->exclude_base);
        if ( r->sme )
            add(t, "    syscfg: 0x%lx\n    c-bit: %u\n", r->syscfg, r->cbit);
        add(t, "    physical-address-bits: %u\n", r->maxphysaddr);
    }
}

static void add_psps(struct text *t, const struct step *step)
{
    unsigned int i;

    add(t, "  psps:%s\n", step->nr_psps ? "" : " []");
    for ( i = 0; i < step->nr_psps; i++ )
    {
        const struct psp *p = &step->psp[i];

        add(t, "  - {at: \"%04x:%02x:%02x.%u\", id: \"%04x:%04x\", "
            "capability: 0x%08x}\n", p->segment, p->bus, p->device,
            p->function, p->id & 0xffff, p->id >> 16, p->capability);
    }
}

static void add_counters(struct text *t, const struct step *step)
{
    if ( step->counted )
        add(t, "  monotonic-count: 0x%lx\n", step->count);
    else
        add(t, "  monotonic-count: null\n");

    if ( step->tpm.present )
        add(t, "  tpm: {resets: %u, restarts: %u, clock-ms: %lu, safe: %s}\n",
            step->tpm.resets, step->tpm.restarts, step->tpm.clock,
            yes(step->tpm.safe));
    else
        add(t, "  tpm: null\n");

    add(t, "  nvram: {size: %lu, free: %lu, largest: %lu}\n",
        step->nvram_size, step->nvram_free, step->nvram_largest);
}

static void add_markers(struct text *t, const struct step *step)
{
    unsigned int i;

    add(t, "  planted: %u\n  covered-mib: %lu\n  markers:%s\n",
        step->nr_planted, step->covered >> 20,
        step->nr_markers ? "" : " []");
    for ( i = 0; i < step->nr_markers; i++ )
    {
        const struct marker *m = &step->marker[i];

        add(t, "  - {address: 0x%lx, ", m->addr);
        if ( m->node == NUMA_NO_NODE )
            add(t, "node: null, ");
        else
            add(t, "node: %u, ", m->node);
        add(t, "class: %s, distance: %u, repeats: %s}\n",
            m->in_use ? "in-use" : class_token(m->class), m->distance,
            yes(m->repeats));
    }
}

static const char *name_of(unsigned int val, const char *const *names,
                           size_t nr)
{
    return val < nr ? names[val] : "unknown";
}

static void add_facts(struct text *t, const struct bootscrub_facts *f)
{
    unsigned int i, nr = 0;

#define BOOL(name, val) add(t, "    " name ": %s\n", yes(val));
#define NUMBER(name, val) add(t, "    " name ": %u\n", val);
#define NAME(name, val, names) add(t, "    " name ": %s\n", \
                                   name_of(val, names, ARRAY_SIZE(names)));
    add(t, "  facts:\n");
    FACTS(f)
#undef BOOL
#undef NUMBER
#undef NAME

#define BOOL(name, val) add(t, ", " name ": %s", yes(val));
#define NUMBER(name, val) add(t, ", " name ": %u", val);
    add(t, "    nodes:\n");
    for ( i = 0; i < f->nr_nodes; i++ )
    {
        const struct bootscrub_node *n = &f->node[i];

        if ( !n->covered && !n->processors && !n->asked && !n->recorded )
            continue;

        add(t, "    - {node: %u", i);
        NODE_FACTS(n)
        add(t, "}\n");
        nr++;
    }
#undef BOOL
#undef NUMBER

    if ( !nr )
        add(t, "    - {node: 0, covered: false, processors: false, "
            "asked: false, encrypted: false, one-key: false, recorded: 0, "
            "readable: 0, noise: 0, cleared: 0}\n");
}

static void add_auto(struct text *t, const struct step *step)
{
    const struct bootscrub_verdict *v = &step->verdict;
    unsigned int i;

    add(t, "  auto:\n    action: %s\n    reason: %s\n    receipt: %s\n"
        "    gates:\n", action_names[v->action], reason_token(v->reason),
        yes(step->receipt));
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        add(t, "      %s: %s\n", gate_token(i),
            v->gate[i] == BOOTSCRUB_R_PROVEN ? "proven"
                                             : reason_token(v->gate[i]));
}

static void add_step(struct text *t, const struct state *s, unsigned int i)
{
    const struct step *step = &s->step[i];

    add(t, "- step: %u\n  reset: %s\n  by-itself: %s\n  asked: ", i + 1,
        kind_token(step->kind), yes(!step->by_hand));
    add_time(t, &step->asked);
    add(t, "\n  came: ");
    add_time(t, &step->came);
    add(t, "\n  outcome: %s\n",
        outcome_token(step->kind ? outcome_of(step) : OUTCOME_UNTRIED));
    add_registers(t, step);
    add_psps(t, step);
    add_counters(t, step);
    add_markers(t, step);
    add_facts(t, &step->facts);
    add_auto(t, step);
}

/* fwupd's attribute for encrypted memory, with fwupd's words. */
static const char *fwupd_result(const struct step *step)
{
    switch ( step->facts.encryption )
    {
    case BOOTSCRUB_ENCRYPTION_ACTIVE:
        return "encrypted";

    case BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED:
        return "not-supported";

    case BOOTSCRUB_ENCRYPTION_NOT_LOCKED:
        return "not-locked";

    case BOOTSCRUB_ENCRYPTION_UNKNOWN:
        return "unknown";

    default:
        return "not-encrypted";
    }
}

static void add_summary(struct text *t, const struct state *s,
                        const struct summary *sum)
{
    unsigned int i;

    add(t, "attributes:\n  org.fwupd.hsi.EncryptedRam: %s\n",
        fwupd_result(&s->step[s->nr_steps - 1]));
    add(t, "class: %s\noutcomes:\n", sum->class);
    for ( i = KIND_WARM; i < NR_KINDS; i++ )
        add(t, "  %s: %s\n", kind_token(i), outcome_token(sum->outcome[i]));
    add(t, "summary:\n");
    for ( i = 0; i < KIT_LINES; i++ )
        add(t, "- \"%s\"\n", sum->line[i]);
}

/* Letters and digits of @from; what else there is becomes one dash. */
static void add_word(struct text *t, const char *from)
{
    size_t start = t->len;
    const char *p;

    for ( p = from; *p && t->len < start + 16; p++ )
        if ( (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
             (*p >= '0' && *p <= '9') || *p == '.' )
            add(t, "%c", *p);
        else if ( t->len > start && t->buf[t->len - 1] != '_' )
            add(t, "_");

    while ( t->len > start && (t->buf[t->len - 1] == '_' ||
                               t->buf[t->len - 1] == '.') )
        t->buf[--t->len] = '\0';

    if ( t->len == start )
        add(t, "unknown");
}

static void make_name(const struct state *s, const struct machine *m,
                      char name[80])
{
    struct text t = { .buf = name, .room = 80 };
    const EFI_TIME *when = &s->step[0].came;

    add_word(&t, m->board_vendor[0] ? m->board_vendor : m->vendor);
    add(&t, "-");
    add_word(&t, m->board[0] ? m->board : m->product);
    add(&t, "-");
    add_word(&t, m->firmware_version);
    add(&t, "-%04u%02u%02u.yml", when->Year, when->Month, when->Day);
}

bool report_write(const struct state *s, const struct machine *m,
                  const struct summary *sum, bool finished, char name[80])
{
    struct text t = { .buf = AllocatePool(ROOM), .room = ROOM };
    unsigned int i;
    bool good, emulated;

    if ( !t.buf )
        return false;

    make_name(s, m, name);
    emulated = acpi_emulated || s->step[s->nr_steps - 1].facts.hypervisor;
    add(&t, "# Report of the boot scrub kit: see docs/hardware/README.md\n");
    add(&t, "format: %u\nby: kit\nfinished: %s\nemulated: %s\n", FORMAT,
        yes(finished), yes(emulated));
    add_machine(&t, m);
    add_modules(&t, m);
    add_map(&t);
    add_summary(&t, s, sum);
    add(&t, "steps:\n");
    for ( i = 0; i < s->nr_steps; i++ )
        add_step(&t, s, i);

    good = !t.full && stick_write(name, t.buf, t.len);
    FreePool(t.buf);

    return good;
}
