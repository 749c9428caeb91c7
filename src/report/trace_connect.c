// SPDX-License-Identifier: Apache-2.0
// --packet-trace of a connect scan: the CONN lines of Nmap 7.93.
#include "report/trace_connect.h"

#include <string.h>

void trace_connect(struct buf *out, const struct addr *addr, uint16_t port, int error,
		   nsec_t since_start)
{
	char text[ADDR_TEXT_MAX];

	buf_printf(out, "CONN (%.4fs) TCP localhost > %s:%u => %s\n",
		   (double)since_start / NSEC_PER_SEC, addr_text(addr, text), port,
		   error ? strerror(error) : "Connected");
}
