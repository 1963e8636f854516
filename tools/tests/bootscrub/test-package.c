/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of xen/arch/x86/bootscrub/package.c: which bits of an APIC ID are the
 * package's, on processors of all ages.
 */

#include "mock/processor.h"

#include <xen/init.h>

#include "nodes.h"

#include "harness.h"

#define HTT (1U << 28)

static const struct {
    const char *what;
    struct mock_processor cpu;
    unsigned int intel, amd; /* The shift, if that is the vendor. */
} cases[] = {
    { "leaf 0x1f, three levels",
      { .leaf = {
          { 0, 0, 0x20, 0, 0, 0 }, { 1, 0, 0, 0x800800, 0, HTT },
          { 0xb, 0, 1, 2, 0x100, 0 }, { 0xb, 1, 7, 0x70, 0x201, 0 },
          { 0xb, 2, 0, 0, 2, 0 },
          { 0x1f, 0, 1, 2, 0x100, 0 }, { 0x1f, 1, 6, 0x70, 0x201, 0 },
          { 0x1f, 2, 8, 0x70, 0x502, 0 }, { 0x1f, 3, 0, 0, 3, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x707f, 0 } } }, 8, 7 },

    { "leaf 0x1f without a level",
      { .leaf = {
          { 0, 0, 0x20, 0, 0, 0 }, { 1, 0, 0, 0x800800, 0, HTT },
          { 0xb, 0, 1, 2, 0x100, 0 }, { 0xb, 1, 7, 0x70, 0x201, 0 },
          { 0xb, 2, 0, 0, 2, 0 }, { 0x1f, 0, 0, 0, 0, 1 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x603f, 0 } } }, 7, 6 },

    { "neither leaf has a level",
      { .leaf = {
          { 0, 0, 0x20, 0, 0, 0 }, { 1, 0, 0, 0x040800, 0, HTT },
          { 0xb, 0, 0, 0, 0, 1 }, { 0x1f, 0, 0, 0, 0, 1 },
          { 0x80000000, 0, 0x80000007, 0, 0, 0 } } }, 2, 0 },

    { "bits above the shift are not the shift",
      { .leaf = {
          { 0, 0, 0xb, 0, 0, 0 }, { 1, 0, 0, 0x800800, 0, HTT },
          { 0xb, 0, ~0x1aU, 2, 0x100, 0 }, { 0xb, 1, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, ~0x7000U, 0 } } }, 5, 8 },

    { "levels without end",
      { .leaf = {
          { 0, 0, 0xb, 0, 0, 0 }, { 1, 0, 0, 0x800800, 0, HTT },
          { 0xb, 0, 1, 2, 0x100, 0 }, { 0xb, 1, 2, 2, 0x101, 0 },
          { 0xb, 2, 3, 2, 0x102, 0 }, { 0xb, 3, 4, 2, 0x103, 0 },
          { 0xb, 4, 5, 2, 0x104, 0 }, { 0xb, 5, 6, 2, 0x105, 0 },
          { 0xb, 6, 7, 2, 0x106, 0 }, { 0xb, 7, 8, 2, 0x107, 0 },
          { 0xb, 8, 9, 2, 0x108, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x30, 0, 0, 0 } } }, 8, 0 },

    { "leaves end at 0x1f",
      { .leaf = {
          { 0, 0, 0x1f, 0, 0, 0 }, { 1, 0, 0, 0x050800, 1, HTT },
          { 0xb, 0, 6, 2, 0x100, 0 }, { 0xb, 1, 0, 0, 1, 0 },
          { 0x1f, 0, 7, 2, 0x100, 0 }, { 0x1f, 1, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x703f, 0 } } }, 7, 7 },

    /* A leaf that is not there has another one's contents. */
    { "leaves end at 0x1e",
      { .leaf = {
          { 0, 0, 0x1e, 0, 0, 0 }, { 1, 0, 0, 0x050800, 1, HTT },
          { 0xb, 0, 6, 2, 0x100, 0 }, { 0xb, 1, 0, 0, 1, 0 },
          { 0x1f, 0, 7, 2, 0x100, 0 }, { 0x1f, 1, 0, 0, 1, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x0080, 0 } } }, 6, 8 },

    { "leaves end at 0xb",
      { .leaf = {
          { 0, 0, 0xb, 0, 0, 0 }, { 1, 0, 0, 0x050800, 0, HTT },
          { 0xb, 0, 1, 2, 0x100, 0 }, { 0xb, 1, 5, 0x70, 0x201, 0 },
          { 0xb, 2, 0, 0, 2, 0 },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x007f, 0 } } }, 5, 7 },

    { "leaves end at 0xa and 0x80000007, 5 IDs a package",
      { .leaf = {
          { 0, 0, 0xa, 0, 0, 0 }, { 1, 0, 0, 0x050800, 0, HTT },
          { 0xb, 0, 1, 2, 0x100, 0 }, { 0xb, 1, 5, 0x70, 0x201, 0 },
          { 0xb, 2, 0, 0, 2, 0 },
          { 0x80000000, 0, 0x80000007, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 0x007f, 0 } } }, 3, 0 },

    { "8 IDs a package",
      { .leaf = {
          { 0, 0, 6, 0, 0, 0 }, { 1, 0, 0, 0xff080800, 0, HTT },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0x30, 0, 0, 0 } } }, 3, 0 },

    { "9 IDs a package, two processors",
      { .leaf = {
          { 0, 0, 6, 0, 0, 0 }, { 1, 0, 0, 0xff090800, 0, HTT },
          { 0x80000000, 0, 0x80000008, 0, 0, 0 },
          { 0x80000008, 0, 0, 0, 1, 0 } } }, 4, 1 },

    { "one processor a package, whatever the rest says",
      { .leaf = {
          { 0, 0, 6, 0, 0, 0 }, { 1, 0, 0, 0xff060800, 0, ~HTT },
          { 0x80000000, 0, 0x80000004, 0, 0, 0 } } }, 0, 0 },
};

static void test_package(void)
{
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(cases); i++ )
    {
        mock_processor = &cases[i].cpu;
        expect_num(cases[i].intel, bootscrub_package_shift(false),
                   "package: %s: Intel", cases[i].what);
        expect_num(cases[i].amd, bootscrub_package_shift(true),
                   "package: %s: AMD", cases[i].what);
    }
}
UNIT_TESTS(test_package)
