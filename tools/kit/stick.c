/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files on the file system that the kit was started from, its USB stick.  No
 * other is opened.
 */

#include "kit.h"

#define PROBE "KITPROBE.TMP"
#define NEEDED (4UL << 20)

static EFI_FILE_HANDLE root;

static EFI_STATUS open(const char *name, UINT64 mode, EFI_FILE_HANDLE *file)
{
    CHAR16 wide[96];
    unsigned int i;

    if ( !root )
        return EFI_NO_MEDIA;

    for ( i = 0; name[i] && i < 95; i++ )
        wide[i] = name[i];
    wide[i] = 0;

    return root->Open(root, file, wide, mode, 0);
}

long stick_read(const char *name, void *buf, size_t size)
{
    EFI_FILE_HANDLE file;
    UINTN len = size;
    EFI_STATUS status = open(name, EFI_FILE_MODE_READ, &file);

    if ( EFI_ERROR(status) )
        return -1;

    status = file->Read(file, &len, buf);
    file->Close(file);

    return EFI_ERROR(status) ? -1 : (long)len;
}

void stick_delete(const char *name)
{
    EFI_FILE_HANDLE file;

    if ( open(name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE,
              &file) == EFI_SUCCESS )
        file->Delete(file);
}

static EFI_STATUS write(const char *name, const void *buf, size_t size)
{
    EFI_FILE_HANDLE file;
    UINTN len = size;
    EFI_STATUS status, closed;

    /* A longer file of this name must leave nothing behind. */
    stick_delete(name);

    status = open(name, EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE |
                  EFI_FILE_MODE_CREATE, &file);
    if ( EFI_ERROR(status) )
        return status;

    status = file->Write(file, &len, (void *)buf);
    if ( !EFI_ERROR(status) && len != size )
        status = EFI_VOLUME_FULL;
    if ( !EFI_ERROR(status) )
        status = file->Flush(file);
    closed = file->Close(file);

    return EFI_ERROR(status) ? status : closed;
}

/* Compared with what is then read: cheap sticks say yes to anything. */
bool stick_write(const char *name, const void *buf, size_t size)
{
    EFI_STATUS status = write(name, buf, size);
    uint8_t *back;
    bool good;

    if ( EFI_ERROR(status) )
        return false;

    back = AllocatePool(size);
    good = back && stick_read(name, back, size) == (long)size &&
           !memcmp(back, buf, size);
    if ( back )
        FreePool(back);

    return good;
}

/* What can be told without a write. */
enum stick stick_open(EFI_HANDLE handle)
{
    EFI_LOADED_IMAGE *image;
    EFI_FILE_SYSTEM_INFO *info;

    if ( BS->HandleProtocol(handle, &LoadedImageProtocol,
                            (void **)&image) == EFI_SUCCESS )
        root = LibOpenRoot(image->DeviceHandle);
    if ( !root )
        return STICK_NONE;

    info = LibFileSystemInfo(root);
    if ( info && info->ReadOnly )
        return STICK_READ_ONLY;

    return info && info->FreeSpace < NEEDED ? STICK_FULL : STICK_OK;
}

enum stick stick_probe(void)
{
    static const char text[] = "The kit can write to its stick.\n";
    bool good = stick_write(PROBE, text, sizeof(text));

    stick_delete(PROBE);

    return good ? STICK_OK : STICK_READ_ONLY;
}
