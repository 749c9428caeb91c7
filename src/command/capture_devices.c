// SPDX-License-Identifier: Apache-2.0
// The interfaces of this machine for `sonde capture -D`.
#include "command/capture_devices.h"

#include <inttypes.h>

static const char *state_of(const struct device *d)
{
	if (!d->supported)
		return "not readable";
	if (!d->up)
		return "down";
	return d->running ? "up" : "no carrier";
}

void capture_devices_print(const struct device_list *devices, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	buf_puts(out, "  No. Name             State          Received packets  Sent packets  "
		      "Addresses\n");
	for (size_t i = 0; i < devices->count; i++) {
		const struct device *d = &devices->rows[i];

		buf_printf(out, "%5u %-16s %-14s %16" PRIu64 " %13" PRIu64 " ", d->index, d->name,
			   state_of(d), d->received_packets, d->sent_packets);
		for (size_t a = 0; a < d->n_addrs; a++)
			buf_printf(out, " %s/%u", addr_text(&d->addrs[a].addr, text),
				   d->addrs[a].prefix);
		buf_putc(out, '\n');
	}
}
