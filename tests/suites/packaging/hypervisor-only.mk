# SPDX-License-Identifier: GPL-2.0-only
#
# Appended to Debian's debian/rules by "deb": build the package of the
# hypervisor and no other, so that the toolstack and what it needs stay out.
# The recipes here win over those before them; make warns of each.

override_dh_auto_configure:
	cp debian/xen-kconfig xen/.config
	$(MAKE) -C xen olddefconfig $(make_args_xen)
	grep -qx CONFIG_BOOTSCRUB_AUTO=y xen/.config

override_dh_auto_build:
	$(MAKE) $(make_args_xen) xen

override_dh_auto_install: $(TEMPLATED_FILES)
	$(MAKE) $(make_args_xen) DESTDIR=$t install-xen
	mv $t/usr/lib*/efi/* $t/boot/

override_dh_install:
	debian/shuffle-boot-files $(upstream_version) $(flavour)
	dh_install

override_dh_strip:
	dh_strip

override_dh_compress:
	dh_compress

# Nothing of the toolstack is there to be tested, or missed.
override_dh_auto_test override_dh_missing override_dh_python3:
