/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI variables and the monotonic count through Xen's run-time services.
 * Prints status and contents; knows no variable by name.  The last commands
 * are an attacker's: whatever else the services may be got to do.
 */

#include "dom0.h"
#include "hypercall.h"

#define NAME_SIZE 512   /* characters */
#define DATA_SIZE 65536

/* UEFI 2.10, section 8.2: non-volatile, at boot and at run time */
#define ATTRIBUTES_RT 7

/* UEFI specification, appendix D */
#define EFI_NOT_FOUND (1UL << 63 | 14)

static uint16_t name[NAME_SIZE];
static uint8_t data[DATA_SIZE];
static struct platform_efi op;
static const struct start_info *start_info;

void efi_init(const struct start_info *si)
{
    start_info = si;
}

/* The caller has filled in misc and the union.  False: not even a status. */
static bool call_efi(const char *what, uint32_t function)
{
    long ret;

    op.cmd = XENPF_efi_runtime_call;
    op.interface_version = XENPF_INTERFACE_VERSION;
    op.function = function;
    ret = hypercall3(HYPERCALL_platform_op, addr(&op), 0, 0);
    if ( ret )
        printf("dom0: %s error %ld%s\n", what, ret,
               ret == -XEN_ENOSYS ? ", not booted by EFI" :
               ret == -XEN_EOPNOTSUPP ? ", no run-time services" : "");

    return !ret;
}

static bool parse_guid(char *s, struct efi_guid *guid)
{
    static const unsigned int digits[] = { 8, 4, 4, 4, 12 };
    uint64_t part[ARRAY_SIZE(digits)];
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(digits); i++ )
    {
        char *text = cut(&s, '-');

        if ( strlen(text) != digits[i] || !parse_number(text, 16, &part[i]) )
            return false;
    }

    guid->data1 = part[0];
    guid->data2 = part[1];
    guid->data3 = part[2];
    for ( i = 0; i < 2; i++ )
        guid->data4[i] = part[3] >> (8 - 8 * i);
    for ( i = 0; i < 6; i++ )
        guid->data4[2 + i] = part[4] >> (40 - 8 * i);

    return !*s;
}

static void print_variable(const char *what, const struct efi_guid *guid)
{
    unsigned int i;

    printf("dom0: %s ", what);
    for ( i = 0; i < NAME_SIZE && name[i]; i++ )
        printf("%c", name[i] < 128 ? name[i] : '?');
    printf(":%08x-%04x-%04x-", guid->data1, guid->data2, guid->data3);
    print_hex(guid->data4, 2);
    printf("-");
    print_hex(guid->data4 + 2, 6);
}

/* Takes NAME:GUID off *arg and begins an operation on that variable. */
static bool begin_variable(char **arg)
{
    const char *text = cut(arg, ':');
    char *guid = cut(arg, ':');
    size_t i, len = strlen(text);

    memset(&op, 0, sizeof(op));
    if ( !len || len >= NAME_SIZE || !parse_guid(guid, &op.variable.guid) )
    {
        printf("dom0: not a variable name and GUID\n");
        return false;
    }

    for ( i = 0; i <= len; i++ )
        name[i] = (uint8_t)text[i];
    op.variable.name = addr(name);
    op.variable.data = addr(data);

    return true;
}

bool cmd_var_get(char *arg)
{
    if ( !begin_variable(&arg) )
        return false;

    op.variable.size = sizeof(data);
    if ( !call_efi("var-get", XEN_EFI_get_variable) )
        return false;

    print_variable("var-get", &op.variable.guid);
    printf(" status 0x%lx", op.status);
    if ( !op.status )
    {
        printf(" attributes 0x%x size %lu data ", op.misc, op.variable.size);
        print_hex(data, op.variable.size);
    }
    printf("\n");

    return !op.status;
}

static bool set_variable(const char *what)
{
    if ( !call_efi(what, XEN_EFI_set_variable) )
        return false;

    print_variable(what, &op.variable.guid);
    printf(" status 0x%lx\n", op.status);

    return !op.status;
}

/* DATA as the operation has it; more than fits in a word is a RAM disk. */
static bool take_data(const char *text)
{
    int size;

    if ( !strcmp(text, "ramdisk") )
    {
        op.variable.data = start_info->mod_start;
        op.variable.size = start_info->mod_len;
        return start_info->mod_len;
    }

    size = parse_hex(text, data, sizeof(data));
    op.variable.size = size;

    return size >= 0;
}

bool cmd_var_set(char *arg)
{
    uint64_t attributes;

    if ( !begin_variable(&arg) )
        return false;

    if ( !parse_number(cut(&arg, ':'), 16, &attributes) || !take_data(arg) )
    {
        printf("dom0: var-set wants NAME:GUID:ATTRIBUTES:DATA, both in hex, "
               "or ramdisk for what is there\n");
        return false;
    }

    op.misc = attributes;

    return set_variable("var-set");
}

/* A variable without attributes or data is deleted: UEFI, SetVariable(). */
bool cmd_var_del(char *arg)
{
    return begin_variable(&arg) && set_variable("var-del");
}

/* The operation goes from each name to the next; an empty name begins. */
bool cmd_var_list(char *arg)
{
    unsigned int n;

    (void)arg;
    memset(&op, 0, sizeof(op));
    name[0] = 0;
    for ( n = 0; ; n++ )
    {
        op.next.size = sizeof(name);
        op.next.name = addr(name);
        if ( !call_efi("var-list", XEN_EFI_get_next_variable_name) )
            return false;
        if ( op.status )
            break;
        print_variable("var-list", &op.next.guid);
        printf("\n");
    }
    printf("dom0: var-list %u variables, status 0x%lx\n", n, op.status);

    return op.status == EFI_NOT_FOUND;
}

/*
 * GetNextHighMonotonicCount() uses up what it returns (UEFI 2.10, section
 * 8.5.2), so to the next boot it looks as if another had come in between.
 */
bool cmd_counter(char *arg)
{
    (void)arg;
    memset(&op, 0, sizeof(op));
    if ( !call_efi("counter", XEN_EFI_get_next_high_monotonic_count) )
        return false;

    printf("dom0: counter 0x%08x status 0x%lx\n", op.misc, op.status);

    return !op.status;
}

/* Takes the data of one variable for another, under the same GUID. */
bool cmd_var_copy(char *arg)
{
    size_t i;

    if ( !begin_variable(&arg) )
        return false;

    op.variable.size = sizeof(data);
    if ( !call_efi("var-copy", XEN_EFI_get_variable) || op.status )
    {
        print_variable("var-copy", &op.variable.guid);
        printf(" status 0x%lx\n", op.status);
        return false;
    }

    for ( i = 0; i <= strlen(arg) && i < NAME_SIZE; i++ )
        name[i] = (uint8_t)arg[i];
    op.misc = ATTRIBUTES_RT;

    return set_variable("var-copy");
}

/* Any attributes, those that cannot be combined too; 0 would be var-del. */
bool cmd_var_attributes(char *arg)
{
    unsigned int attributes, accepted = 0;

    if ( !begin_variable(&arg) )
        return false;

    for ( attributes = 0x7f; attributes; attributes-- )
    {
        op.misc = attributes;
        op.variable.size = 4;
        if ( !call_efi("var-attributes", XEN_EFI_set_variable) )
            return false;
        if ( op.status )
            continue;
        printf("dom0: var-attributes 0x%x accepted\n", attributes);
        accepted++;
    }
    print_variable("var-attributes", &op.variable.guid);
    printf(" %u accepted, last status 0x%lx\n", accepted, op.status);

    return accepted;
}

/* Variables NAMEaa, NAMEba and so on, until not one more byte is taken. */
bool cmd_var_fill(char *arg)
{
    unsigned int n = 0;
    size_t size = 4096, len;

    if ( !begin_variable(&arg) )
        return false;

    for ( len = 0; name[len]; len++ )
        continue;
    name[len + 2] = 0;
    while ( size && n < 26 * 26 )
    {
        name[len] = 'a' + n % 26;
        name[len + 1] = 'a' + n / 26;
        op.misc = ATTRIBUTES_RT;
        op.variable.size = size;
        if ( !call_efi("var-fill", XEN_EFI_set_variable) )
            return false;
        if ( op.status )
            size /= 4;
        else
            n++;
    }
    printf("dom0: var-fill %u variables, status 0x%lx\n", n, op.status);

    return n && op.status;
}

/*
 * Every other call that there is, and one that there is not.  What GetTime()
 * left is what the later ones get: clock and alarm are set to it.
 */
bool cmd_efi_calls(char *arg)
{
    uint32_t function;

    (void)arg;
    memset(&op, 0, sizeof(op));
    for ( function = XEN_EFI_get_time;
          function <= XEN_EFI_update_capsule + 1; function++ )
    {
        if ( function >= XEN_EFI_get_next_high_monotonic_count &&
             function <= XEN_EFI_get_next_variable_name )
            continue;
        op.misc = 0;
        op.status = 0;
        if ( function == XEN_EFI_query_variable_info )
            op.query.attributes = ATTRIBUTES_RT;
        if ( call_efi("efi-calls", function) )
            printf("dom0: efi-calls %u status 0x%lx\n", function, op.status);
        else
            printf("dom0: efi-calls %u is not offered\n", function);
    }
    printf("dom0: efi-calls %lu of %lu bytes free\n", op.query.remain_store,
           op.query.max_store);

    return true;
}
