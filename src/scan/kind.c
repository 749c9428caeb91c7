// SPDX-License-Identifier: Apache-2.0
// The ways to scan ports: one row a scan type, with its option letter and what it sends.
#include "scan/kind.h"

#include <assert.h>

static const struct scan_kind_row rows[] = {
	[SCAN_SYN] = {'S', PROBE_SYN, SERVICE_TCP, true, "SYN Stealth Scan"},
	[SCAN_CONNECT] = {'T', PROBE_SYN, SERVICE_TCP, false, "Connect Scan"},
	[SCAN_ACK] = {'A', PROBE_ACK, SERVICE_TCP, true, "ACK Scan"},
	[SCAN_WINDOW] = {'W', PROBE_WINDOW, SERVICE_TCP, true, "Window Scan"},
	[SCAN_FIN] = {'F', PROBE_FIN, SERVICE_TCP, true, "FIN Scan"},
	[SCAN_NULL] = {'N', PROBE_NULL, SERVICE_TCP, true, "NULL Scan"},
	[SCAN_XMAS] = {'X', PROBE_XMAS, SERVICE_TCP, true, "XMAS Scan"},
	[SCAN_MAIMON] = {'M', PROBE_MAIMON, SERVICE_TCP, true, "Maimon Scan"},
	[SCAN_UDP] = {'U', PROBE_UDP, SERVICE_UDP, true, "UDP Scan"},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == SCAN_KINDS, "every scan type has a row");

const struct scan_kind_row *scan_kind_row(enum scan_kind kind)
{
	return &rows[kind];
}

bool scan_kind_of(char letter, enum scan_kind *ret_kind)
{
	for (unsigned kind = 0; kind < SCAN_KINDS; kind++) {
		if (rows[kind].letter != letter)
			continue;
		*ret_kind = (enum scan_kind)kind;
		return true;
	}
	return false;
}
