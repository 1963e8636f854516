/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a fuzzer over the files that are named, once each, where libFuzzer is
 * not wanted: for tests/suites/coverage, which is gcc's.
 */

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    static uint8_t data[1 << 16];
    int i;

    for ( i = 1; i < argc; i++ )
    {
        FILE *file = fopen(argv[i], "rb");

        if ( !file )
        {
            perror(argv[i]);
            return 1;
        }

        LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof(data), file));
        fclose(file);
    }

    return argc < 2;
}
