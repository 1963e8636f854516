/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The EFI application, whole, on GNU-EFI's own library: any variables, TPM
 * response, load options and script.  The firmware below it never lacks
 * memory: without, GNU-EFI's library dies first.
 *
 * Nobody is told that a receipt confirms the record without its token, and
 * after "forget" both are gone.
 */

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "app.h"

/* No byte from NVRAM goes there. */
bool show_encryption(void)
{
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
EFI_STATUS efi_main(EFI_HANDLE handle, EFI_SYSTEM_TABLE *table);

/* Memory that markers may be in, at an address no sanitizer claims. */
#define RAM       0x200000000000ULL
#define RAM_PAGES 16
#define RAM_END   (RAM + RAM_PAGES * EFI_PAGE_SIZE)
#define MAX_POOLS 1024

struct input {
    uint64_t count;
    uint8_t flags, attr[3]; /* Of record, receipt, and what "save" makes. */
    uint16_t size[3];
    uint8_t tpm[64], data[3][300];
};

/* In input.flags */
#define THERE(i) (1 << (i)) /* 0 to 2 */
#define DIGEST     8        /* That of the record is made right. */
#define NO_TPM    16
#define SCRIPT    32        /* The text is a file, else it is load options. */
#define REFUSE    64        /* Variables cannot be written. */

#define NR(array) (sizeof(array) / sizeof(*(array)))

static const struct input *in;
static const char *text;
static size_t text_size;

static struct variable variables[3];
static void *pools[MAX_POOLS];
static unsigned int nr_pools;
static char said[1 << 16];
static size_t nr_said;

/* --- Console --- */

static EFI_STATUS EFIAPI output(SIMPLE_TEXT_OUTPUT_INTERFACE *this,
                                CHAR16 *string)
{
    for ( ; *string && nr_said < sizeof(said) - 1; string++ )
        said[nr_said++] = *string;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI attribute(SIMPLE_TEXT_OUTPUT_INTERFACE *this,
                                   UINTN attr)
{
    return EFI_SUCCESS;
}

/* --- Memory --- */

static EFI_STATUS EFIAPI allocate_pool(EFI_MEMORY_TYPE type, UINTN size,
                                       void **buf)
{
    if ( nr_pools == MAX_POOLS )
        abort();

    *buf = pools[nr_pools++] = malloc(size);

    return EFI_SUCCESS;
}

/* An application need not free what ends with it. */
static EFI_STATUS EFIAPI free_pool(void *buf)
{
    unsigned int i;

    for ( i = 0; i < nr_pools && pools[i] != buf; i++ )
        continue;
    if ( i == nr_pools )
        abort();

    free(buf);
    pools[i] = NULL;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI allocate_pages(EFI_ALLOCATE_TYPE how,
                                        EFI_MEMORY_TYPE type, UINTN pages,
                                        EFI_PHYSICAL_ADDRESS *addr)
{
    return *addr >= RAM && *addr < RAM_END &&
           pages <= (RAM_END - *addr) / EFI_PAGE_SIZE ? EFI_SUCCESS
                                                      : EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI free_pages(EFI_PHYSICAL_ADDRESS addr, UINTN pages)
{
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI memory_map_of(UINTN *size, EFI_MEMORY_DESCRIPTOR *map,
                                       UINTN *key, UINTN *desc_size,
                                       UINT32 *version)
{
    EFI_MEMORY_DESCRIPTOR d = {
        .Type = EfiConventionalMemory,
        .PhysicalStart = RAM,
        .NumberOfPages = RAM_PAGES,
        .Attribute = EFI_MEMORY_WB,
    };
    UINTN room = *size;

    *key = *version = 1;
    *size = *desc_size = sizeof(d) + 8;
    if ( room < *size )
        return EFI_BUFFER_TOO_SMALL;

    memset(map, 0, *size);
    memcpy(map, &d, sizeof(d));

    return EFI_SUCCESS;
}

/* --- Variables: UEFI 2.10, section 8.2, as far as the application goes --- */

static struct variable *find(const CHAR16 *name)
{
    unsigned int i;

    for ( i = 0; i < NR(variables); i++ )
        if ( !StrCmp(variables[i].name, name) )
            return &variables[i];

    return NULL;
}

static EFI_STATUS EFIAPI get_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 *attr, UINTN *size, void *data)
{
    struct variable *v = find(name);
    UINTN room = *size;

    if ( !v || !v->size )
        return EFI_NOT_FOUND;

    *size = v->size;
    if ( room < v->size )
        return EFI_BUFFER_TOO_SMALL;

    *attr = v->attr;
    memcpy(data, v->data, v->size);

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI set_variable(CHAR16 *name, EFI_GUID *guid,
                                      UINT32 attr, UINTN size, void *data)
{
    struct variable *v = find(name);

    if ( in->flags & REFUSE )
        return EFI_WRITE_PROTECTED;
    if ( !v || size > sizeof(v->data) )
        return EFI_OUT_OF_RESOURCES;
    if ( !size && !v->size )
        return EFI_NOT_FOUND;

    v->attr = attr;
    v->size = size;
    if ( size )
        memcpy(v->data, data, size);

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI query_info(UINT32 attr, UINT64 *store, UINT64 *left,
                                    UINT64 *largest)
{
    *store = *left = *largest = in->count;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI reset_system(EFI_RESET_TYPE type, EFI_STATUS status,
                                      UINTN size, CHAR16 *data)
{
    return EFI_SUCCESS;
}

/* --- Protocols --- */

static EFI_STATUS EFIAPI next_count(UINT64 *count)
{
    *count = in->count;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI crc32(void *data, UINTN size, UINT32 *crc)
{
    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI submit(void *this, UINT32 in_size, UINT8 *command,
                                UINT32 out_size, UINT8 *out)
{
    memcpy(out, in->tpm, out_size < sizeof(in->tpm) ? out_size
                                                    : sizeof(in->tpm));

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI locate_protocol(EFI_GUID *guid, void *registration,
                                         void **interface)
{
    static void *tcg2[] = { NULL, NULL, NULL, submit };

    if ( in->flags & NO_TPM )
        return EFI_NOT_FOUND;

    *interface = tcg2;

    return EFI_SUCCESS;
}

/* GNU-EFI looks for languages. */
static EFI_STATUS EFIAPI locate_handle(EFI_LOCATE_SEARCH_TYPE type,
                                       EFI_GUID *guid, void *key, UINTN *size,
                                       EFI_HANDLE *buf)
{
    return EFI_NOT_FOUND;
}

static EFI_STATUS EFIAPI read_file(EFI_FILE_HANDLE this, UINTN *size,
                                   void *buf)
{
    if ( *size > text_size )
        *size = text_size;
    memcpy(buf, text, *size);

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI open_file(EFI_FILE_HANDLE this, EFI_FILE_HANDLE *new,
                                   CHAR16 *name, UINT64 mode, UINT64 attr)
{
    *new = this;

    return in->flags & SCRIPT ? EFI_SUCCESS : EFI_NOT_FOUND;
}

static EFI_FILE disk = { .Open = open_file, .Read = read_file };

static EFI_STATUS EFIAPI open_volume(EFI_FILE_IO_INTERFACE *this,
                                     EFI_FILE_HANDLE *root)
{
    *root = &disk;

    return EFI_SUCCESS;
}

/* "\a.efi", and the end of the path. */
static uint8_t path[] = {
    4, 4, 18, 0, '\\', 0, 'a', 0, '.', 0, 'e', 0, 'f', 0, 'i', 0, 0, 0,
    0x7f, 0xff, 4, 0,
};
static EFI_LOADED_IMAGE self;

static EFI_STATUS EFIAPI handle_protocol(EFI_HANDLE handle, EFI_GUID *guid,
                                         void **interface)
{
    static EFI_FILE_IO_INTERFACE volume = { .OpenVolume = open_volume };
    static EFI_LOADED_IMAGE other;

    if ( !CompareGuid(guid, &LoadedImageProtocol) )
        *interface = handle == &self ? &self : &other;
    else if ( !CompareGuid(guid, &FileSystemProtocol) )
        *interface = &volume;
    else if ( !CompareGuid(guid, &DevicePathProtocol) )
        *interface = path;
    else
        return EFI_UNSUPPORTED;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI load_image(BOOLEAN policy, EFI_HANDLE parent,
                                    EFI_DEVICE_PATH *file, void *source,
                                    UINTN size, EFI_HANDLE *handle)
{
    *handle = &disk;

    return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI start_image(EFI_HANDLE handle, UINTN *size,
                                     CHAR16 **data)
{
    return EFI_LOAD_ERROR;
}

/* --- One run --- */

static EFI_STATUS run(const char *options, size_t size)
{
    static SIMPLE_TEXT_OUTPUT_MODE mode;
    static SIMPLE_TEXT_OUTPUT_INTERFACE console = {
        .OutputString = output, .SetAttribute = attribute, .Mode = &mode,
    };
    static const EFI_BOOT_SERVICES boot = {
        .AllocatePool = allocate_pool, .FreePool = free_pool,
        .AllocatePages = allocate_pages, .FreePages = free_pages,
        .GetMemoryMap = memory_map_of, .GetNextMonotonicCount = next_count,
        .HandleProtocol = handle_protocol, .LocateProtocol = locate_protocol,
        .LocateHandle = locate_handle,
        .LoadImage = load_image, .StartImage = start_image,
        .CalculateCrc32 = crc32,
    };
    static const EFI_RUNTIME_SERVICES runtime = {
        .GetVariable = get_variable, .SetVariable = set_variable,
        .QueryVariableInfo = query_info, .ResetSystem = reset_system,
    };
    /* The application changes these; GNU-EFI notes where they are, once. */
    static EFI_BOOT_SERVICES boot_now;
    static EFI_RUNTIME_SERVICES runtime_now;
    static EFI_SYSTEM_TABLE table = {
        .ConOut = &console, .BootServices = &boot_now,
        .RuntimeServices = &runtime_now,
    };
    CHAR16 *wide = malloc((size + 1) * sizeof(*wide));
    EFI_STATUS status;
    size_t i;

    boot_now = boot;
    runtime_now = runtime;
    for ( i = 0; i < size; i++ )
        wide[i] = (uint8_t)options[i];
    self = (EFI_LOADED_IMAGE){
        .FilePath = (void *)path, .LoadOptions = wide,
        .LoadOptionsSize = size * sizeof(*wide),
    };

    nr_said = 0;
    status = efi_main(&self, &table);
    said[nr_said] = '\0';

    while ( nr_pools )
        free(pools[--nr_pools]);
    free(wide);

    return status;
}

/* At a line's start, for scripts can have their own words printed. */
static bool says_confirmed(void)
{
    const char *line = strstr(said, "\nefi: receipt: "), *end;

    if ( !line )
        return false;
    end = strchr(line + 1, '\n');

    return memmem(line, end - line, ", confirms", 10);
}

static void set_variables(void)
{
    static CHAR16 *const names[] = {
        L"BootScrubRecord", L"BootScrubReceipt", L"BootScrubReceiptSaved",
    };
    struct variable *record = variables;
    unsigned int i;

    memset(variables, 0, sizeof(variables));
    for ( i = 0; i < NR(variables); i++ )
        variables[i].name = names[i];

    for ( i = 0; i < NR(variables); i++ )
        if ( in->flags & THERE(i) )
        {
            variables[i].attr = in->attr[i];
            variables[i].size = 1 + in->size[i] % sizeof(in->data[i]);
            memcpy(variables[i].data, in->data[i], sizeof(in->data[i]));
        }

    if ( in->flags & DIGEST )
    {
        record->attr = RECORD_ATTR;
        record->size = BOOTSCRUB_RECORD_SIZE;
        sha2_256(record->data + BOOTSCRUB_RECORD_SIZE -
                        BOOTSCRUB_DIGEST_SIZE, record->data,
                        BOOTSCRUB_RECORD_SIZE - BOOTSCRUB_DIGEST_SIZE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char forget[] = "a.efi forget";
    static bool mapped;
    char options[512] = "a.efi ";
    size_t nr = 6;

    if ( !mapped && mmap((void *)RAM, RAM_END - RAM, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                         -1, 0) != (void *)RAM )
        abort();
    mapped = true;

    if ( size < sizeof(*in) )
        return 0;

    in = (const void *)data;
    text = (const char *)data + sizeof(*in);
    text_size = size - sizeof(*in);
    /* "reset port" takes a privileged instruction. */
    if ( memmem(text, text_size, "port", 4) )
        return 0;

    while ( !(in->flags & SCRIPT) && nr < sizeof(options) &&
            nr - 6 < text_size )
    {
        options[nr] = text[nr - 6];
        nr++;
    }
    set_variables();

    run(options, in->flags & SCRIPT ? 5 : nr);
    if ( says_confirmed() )
        abort();

    if ( run(forget, sizeof(forget) - 1) == EFI_SUCCESS &&
         (variables[0].size || variables[1].size) )
        abort();

    return 0;
}
