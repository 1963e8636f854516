/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stands in for Xen's libraries and the machine: hypfs is the directory
 * $FAKE/hypfs, a file for each leaf, and other files are below $FAKE too.
 * Not a model of Xen: it says what the test put there.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenguest.h>
#include <xenhypfs.h>

static const char *below(const char *path)
{
    static char full[4096];

    snprintf(full, sizeof(full), "%s%s", getenv("FAKE"), path);

    return full;
}

static int number(const char *name, int otherwise)
{
    const char *value = getenv(name);

    return value ? atoi(value) : otherwise;
}

/* --- What the tool asks of the system, by way of the linker's --wrap. --- */

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_access(const char *path, int mode);
uid_t __wrap_geteuid(void);
unsigned int __wrap_sleep(unsigned int seconds);

FILE *__wrap_fopen(const char *path, const char *mode)
{
    return __real_fopen(below(path), mode);
}

int __wrap_open(const char *path, int flags, ...)
{
    return __real_open(below(path), flags);
}

DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);
bool __real_cpuid_read(unsigned int leaf, unsigned int r[4]);
bool __wrap_cpuid_read(unsigned int leaf, unsigned int r[4]);

DIR *__wrap_opendir(const char *path)
{
    return __real_opendir(below(path));
}

long __real_sysconf(int name);
long __wrap_sysconf(int name);

long __wrap_sysconf(int name)
{
    return name == _SC_NPROCESSORS_CONF && getenv("FAKE_CPUS")
           ? number("FAKE_CPUS", 0) : __real_sysconf(name);
}

/* $FAKE/cpuid/LEAF: four words in hexadecimal; without them, the machine's. */
bool __wrap_cpuid_read(unsigned int leaf, unsigned int r[4])
{
    char path[32];
    FILE *file;
    int nr;

    snprintf(path, sizeof(path), "/cpuid/%x", leaf);
    file = __real_fopen(below(path), "r");
    if ( !file )
        return __real_cpuid_read(leaf, r);

    nr = fscanf(file, "%x %x %x %x", &r[0], &r[1], &r[2], &r[3]);
    fclose(file);

    return nr == 4;
}

/* Of one errno, as if access() had failed, or of the fake's files. */
int __wrap_access(const char *path, int mode)
{
    return faccessat(-1, below(path), mode, 0);
}

uid_t __wrap_geteuid(void)
{
    return number("FAKE_UID", 0);
}

/* The scrub goes on: a digit less is left each second. */
unsigned int __wrap_sleep(unsigned int seconds)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s",
             below("/hypfs/bootscrub/unscrubbed-bytes"));
    if ( !truncate(path, 1) )
    {
        FILE *file = __real_fopen(path, "w");

        fputs("0", file);
        fclose(file);
    }

    return 0;
}

/* --- libxenhypfs -------------------------------------------------------- */

xenhypfs_handle *xenhypfs_open(xentoollog_logger *logger, unsigned int flags)
{
    errno = number("FAKE_OPEN_ERRNO", 0);

    return errno ? NULL : (xenhypfs_handle *)1;
}

int xenhypfs_close(xenhypfs_handle *handle)
{
    return 0;
}

char *xenhypfs_read(xenhypfs_handle *handle, const char *path)
{
    char relative[256], *text;
    FILE *file;
    size_t size;

    errno = number("FAKE_READ_ERRNO", 0);
    if ( errno )
        return NULL;

    snprintf(relative, sizeof(relative), "/hypfs%s", path);
    file = __real_fopen(below(relative), "r");
    if ( !file )
        return NULL;

    text = malloc(1 << 16);
    size = fread(text, 1, (1 << 16) - 1, file);
    text[size] = '\0';
    fclose(file);

    return text;
}

/* --- libxenctrl, libxenguest -------------------------------------------- */

xc_interface *xc_interface_open(xentoollog_logger *logger,
                                xentoollog_logger *dombuild_logger,
                                unsigned int flags)
{
    return number("FAKE_XC", 1) ? (xc_interface *)1 : NULL;
}

int xc_interface_close(xc_interface *xc)
{
    return 0;
}

/* FAKE_FEATURES: words 1 and 6 in hexadecimal; none: of another version. */
int xc_get_cpu_featureset(xc_interface *xc, uint32_t index, uint32_t *nr,
                          uint32_t *words)
{
    const char *value = getenv("FAKE_FEATURES");

    if ( !value || sscanf(value, "%x,%x", &words[1], &words[6]) != 2 )
    {
        errno = EACCES;
        return -1;
    }

    return 0;
}
